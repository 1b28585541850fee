package org.mmcr.data.views;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/** The shape of a view in a batch. */
@API(status = API.Status.STABLE)
public sealed interface ViewShape {
    /** Returns the number of floats of a view. */
    int length();

    /**
     * Returns rows of {@link #length()} floats as the batch that an encoder takes, a new tensor on the same memory.
     *
     * @param rows float32 (B, length), contiguous
     */
    Tensor arrange(Tensor rows);

    /** Returns the shape for messages: "32 x 32 pixels". */
    String describe();

    /**
     * A square picture: (side, side, 3) in memory, (B, 3, side, side) with channels-last strides for the encoder.
     *
     * @param side side in pixels
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
     * A vector: (B, columns).
     *
     * @param columns number of columns
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
