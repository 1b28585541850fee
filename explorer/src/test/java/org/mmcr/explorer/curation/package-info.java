/** Tests of the review of a curation. */
@NullMarked
package org.mmcr.explorer.curation;

import org.jspecify.annotations.NullMarked;
