/**
 * Views of pictures and of vectors: what is drawn at random ({@link org.mmcr.views.ViewRecipe}), how a drawn view is made
 * ({@link org.mmcr.views.ViewMaker} from uint8 pixels, {@link org.mmcr.views.VectorViewMaker} from a row of numbers), and
 * how batches of them are made ahead of the trainer ({@link org.mmcr.views.ViewLoader}). Reading data belongs to {@code org.mmcr.data}; which datums make a
 * step, and when an epoch ends, is decided by {@code org.mmcr.run}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.views;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
