package org.mmcr.train.run;

import org.apiguardian.api.API;
import org.mmcr.train.encoder.EmbeddingModel;

/** What training with labels adds to a run whose projector is a classifier. */
@API(status = API.Status.INTERNAL)
public interface Supervision {
    /** Class of a sample of the training data, 0 up to the projector's dimension exclusive. */
    int label(int sample);

    /** Factor of the classifier's learning rate; the optimiser's own rate is that of the encoder. */
    double headRate();

    /** Sets the weights of a new run; without a change they are the random ones of the run's seed. */
    void initialise(EmbeddingModel model);

    /**
     * Called after each whole epoch, perhaps again for the last one before a stop; returns whether training ends here.
     *
     * @param epoch epochs done, from 1 on
     * @param model in training mode, to be left so
     */
    boolean endsAfter(int epoch, EmbeddingModel model);
}
