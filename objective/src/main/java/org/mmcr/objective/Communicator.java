package org.mmcr.objective;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes among which a batch is distributed. All of them call the same methods in the same order with tensors
 * of equal shape and type, and all receive the same bits.
 */
@API(status = API.Status.STABLE)
public interface Communicator {
    /** A communicator of one process. */
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
            // One process: the sum is the value.
        }

        @Override
        public Tensor gather(Tensor rows) {
            return rows;
        }
    };

    /** Returns the number of processes, at least 1. */
    int size();

    /** Returns the rank of this process, from 0. */
    int rank();

    /** Replaces contiguous {@code values} by their sum over the processes. */
    void sum(Tensor values);

    /** Gathers contiguous rows (R, ...) of every process -> (size R, ...), in order of rank. */
    Tensor gather(Tensor rows);
}
