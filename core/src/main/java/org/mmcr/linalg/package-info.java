/**
 * Matrix functions the objective needs, on libtorch tensors: the polar factor and the nuclear norm. Nothing here knows of
 * embeddings, views or training, and nothing here is differentiated by autograd.
 */
@NullMarked
package org.mmcr.linalg;

import org.jspecify.annotations.NullMarked;
