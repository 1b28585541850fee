package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.apiguardian.api.API;
import org.mmcr.data.DataSource;

/** The deterministic view of a sample with which an encoder is evaluated and used. */
@API(status = API.Status.STABLE)
public sealed interface EvaluationView permits PictureEvaluationView, PictureCrop, VectorEvaluationView {
    /** Returns the shape of the view. */
    ViewShape shape();

    /**
     * Returns a writer of the views of a source's samples.
     *
     * @throws org.mmcr.core.MmcrException if the source holds another kind of samples, or other columns
     */
    Writer of(DataSource data);

    /** Writes views. Thread-safe. */
    interface Writer {
        /** Writes the view of a sample as {@code shape().length()} floats from {@code offset} on. */
        void write(int index, FloatBuffer target, long offset);
    }
}
