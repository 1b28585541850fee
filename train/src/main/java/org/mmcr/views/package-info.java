/**
 * Views of pictures: what is drawn at random ({@link org.mmcr.views.ViewRecipe}, {@link org.mmcr.views.ViewDraw}), how a
 * drawn view is made from uint8 pixels ({@link org.mmcr.views.ViewMaker}), and how batches of them are made ahead of the
 * trainer ({@link org.mmcr.views.ViewLoader}). Decoding pictures belongs to {@code org.mmcr.data}; which datums make a
 * step, and when an epoch ends, is decided by {@code org.mmcr.run}.
 */
@NullMarked
package org.mmcr.views;

import org.jspecify.annotations.NullMarked;
