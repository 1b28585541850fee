/**
 * The page of a run, of several runs, or of a measurement: one HTML file with its data that needs no network.
 *
 * <p>{@link org.mmcr.report.page.ReportPage} embeds the documents that the commands have written into a folder;
 * scripts in the page draw them. {@link org.mmcr.report.page.PictureSample} has the pictures, and is made once.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.report.page;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
