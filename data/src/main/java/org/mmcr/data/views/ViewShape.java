package org.mmcr.data.views;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/** How the floats of one view lie in a batch. */
@API(status = API.Status.STABLE)
public sealed interface ViewShape {
    /** How many floats there are. */
    int length();

    /**
     * Sees rows of {@link #length()} floats as the batch that an encoder takes; a new handle on the same memory.
     *
     * @param rows float32 (B, length), contiguous
     */
    Tensor arrange(Tensor rows);

    /** "32 x 32 pixels" for messages. */
    String describe();

    /**
     * A picture, (side, side, 3) in memory, (B, 3, side, side) with channels-last strides for the encoder.
     *
     * @param side pixels
     */
    record Square(int side) implements ViewShape {
        @Override
        public int length() {
            return 3 * side * side;
        }

        @Override
        public Tensor arrange(Tensor rows) {
            try (Tensor nhwc = rows.view(rows.size(0), side, side, 3)) {
                return nhwc.permute(0, 3, 1, 2);
            }
        }

        @Override
        public String describe() {
            return side + " x " + side + " pixels";
        }
    }

    /**
     * A vector, (B, columns).
     *
     * @param columns how many numbers
     */
    record Row(int columns) implements ViewShape {
        @Override
        public int length() {
            return columns;
        }

        @Override
        public Tensor arrange(Tensor rows) {
            return rows.view(rows.size(0), columns);
        }

        @Override
        public String describe() {
            return columns + " columns";
        }
    }
}
