/**
 * Labelling: durable labels, a linear head on frozen features, its accuracy on random pictures, and the choice of
 * the next pictures to label. Independent of the web pages.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer.labelling;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
