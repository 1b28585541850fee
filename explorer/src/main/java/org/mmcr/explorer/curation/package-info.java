/** The review of what {@code mmcr curate} suggests: each suggestion is confirmed or dismissed, durably. */
@NullMarked
package org.mmcr.explorer.curation;

import org.jspecify.annotations.NullMarked;
