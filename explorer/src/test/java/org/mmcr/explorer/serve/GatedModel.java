package org.mmcr.explorer.serve;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureModel;

/**
 * The mean of each channel as features of a picture; every forward pass needs a permit.
 *
 * @param permits number of passes that may go on
 */
record GatedModel(Semaphore permits) implements FeatureModel {
    /** With the gate closed. */
    GatedModel() {
        this(new Semaphore(0));
    }

    @Override
    public EvaluationView view() {
        return new PictureEvaluationView(8, 8, Interpolation.BILINEAR, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    }

    @Override
    public int width() {
        return 3;
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public Tensor apply(Tensor x) {
        permits.acquireUninterruptibly();
        return x.mean(2, 3);
    }
}
