/**
 * Augmentation: recipes of random views ({@link org.mmcr.data.views.ViewRecipe}), their computation from pictures
 * ({@link org.mmcr.data.views.PictureAugmenter}) and rows of numbers ({@link org.mmcr.data.views.VectorAugmenter}),
 * prefetched batches of them ({@link org.mmcr.data.views.ViewLoader}), and the deterministic views of the evaluation
 * ({@link org.mmcr.data.views.EvaluationView}).
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.data.views;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
