/** Tests of the curation of data. */
@NullMarked
package org.mmcr.analysis.curate;

import org.jspecify.annotations.NullMarked;
