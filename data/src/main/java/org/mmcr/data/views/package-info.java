/**
 * Views of pictures and of vectors: what is drawn at random ({@link org.mmcr.data.views.ViewRecipe}), how a drawn view is made
 * ({@link org.mmcr.data.views.ViewMaker} from uint8 pixels, {@link org.mmcr.data.views.VectorViewMaker} from a row of numbers), and
 * how batches of them are made ahead of the trainer ({@link org.mmcr.data.views.ViewLoader}). Reading data belongs to {@code org.mmcr.data}; which samples make a
 * step, and when an epoch ends, is decided by {@code org.mmcr.train.run}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.data.views;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
