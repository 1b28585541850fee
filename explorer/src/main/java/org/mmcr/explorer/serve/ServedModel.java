package org.mmcr.explorer.serve;

import java.util.Optional;
import org.mmcr.train.evaluate.FeatureModel;

/**
 * What a server answers with.
 *
 * @param features of the encoder; thread-safe
 * @param encoder where its weights were read
 * @param classifier empty without one
 * @param index of pictures to compare with; empty without one
 */
public record ServedModel(
        FeatureModel features, String encoder, Optional<HeadSource> classifier, Optional<PictureIndex> index) {}
