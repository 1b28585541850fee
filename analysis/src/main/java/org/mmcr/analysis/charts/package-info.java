/** Charts as PNG, SVG and PDF files, and pages of one file with tables, charts and pictures. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.charts;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
