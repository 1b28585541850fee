/**
 * The page that explains a run, a set of runs, or a measurement: one HTML file that carries its data and needs no network.
 *
 * <p>{@link org.mmcr.report.page.ReportPage} collects the documents that the commands have written into a folder and puts them
 * into the page; scripts in the page draw them. {@link org.mmcr.report.page.PictureSample} holds what needs the pictures and is made once.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.report.page;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
