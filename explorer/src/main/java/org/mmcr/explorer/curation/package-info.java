/** The review of what {@code mmcr curate} suggests: each suggestion is confirmed or dismissed, durably. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer.curation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
