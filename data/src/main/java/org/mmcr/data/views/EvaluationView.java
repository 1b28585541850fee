package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.apiguardian.api.API;
import org.mmcr.data.DataSource;

/** The one deterministic view of a sample that an encoder is measured and used with. */
@API(status = API.Status.STABLE)
public sealed interface EvaluationView permits PictureEvaluationView, PictureCrop, VectorEvaluationView {
    /** What the view looks like. */
    ViewShape shape();

    /**
     * The views of a source's samples.
     *
     * @throws org.mmcr.core.MmcrException when the source holds another kind of sample, or other columns
     */
    Writer of(DataSource data);

    /** Writes views; several threads may call it at once. */
    interface Writer {
        /** Writes the view of the sample at {@code index} as {@code shape().length()} floats from {@code offset} on. */
        void write(int index, FloatBuffer target, long offset);
    }
}
