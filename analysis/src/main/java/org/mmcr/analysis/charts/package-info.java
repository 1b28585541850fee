/** Writes charts as PNG and SVG files. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.charts;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
