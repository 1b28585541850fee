/** Public data sets from their official addresses: resumable, verified, and whole or not there at all. */
@NullMarked
package org.mmcr.download;

import org.jspecify.annotations.NullMarked;
