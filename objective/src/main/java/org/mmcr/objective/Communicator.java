package org.mmcr.objective;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes that share a batch. Every one calls the same methods in the same order with tensors of the same shape and type;
 * all get the same bits back.
 */
@API(status = API.Status.STABLE)
public interface Communicator {
    /** This process alone. */
    Communicator NONE = new Communicator() {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public void sum(Tensor values) {
            // There is nobody else.
        }

        @Override
        public Tensor gather(Tensor rows) {
            return rows;
        }
    };

    /** How many processes, at least 1. */
    int size();

    /** Which of them this is, from 0. */
    int rank();

    /** Replaces contiguous {@code values} by their sum over the processes. */
    void sum(Tensor values);

    /** rows (R, ...), contiguous, of every process -> (size R, ...), rank after rank. */
    Tensor gather(Tensor rows);
}
