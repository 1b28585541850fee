package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * Native memory of one batch: a flat float32 tensor that owns it, a view of its beginning in the shape that an encoder takes, and a buffer over
 * the same bytes for the threads that write. Reused from step to step; grows, never shrinks. Shaped on loader threads only,
 * which open no {@link PointerScope}, so nothing but {@link #free()} ends it.
 */
final class BatchMemory {
    private long capacity;
    private long rows;
    private ViewShape shape = new ViewShape.Row(0);
    private Tensor flat = new Tensor();
    private Tensor shaped = new Tensor();
    private FloatBuffer floats = FloatBuffer.allocate(0);

    /** Makes {@link #tensor()} a batch of so many views; the contents are whatever was there before. */
    void shape(long newRows, ViewShape newShape) {
        if (newRows == rows && newShape.equals(shape)) {
            return;
        }
        long wanted = Math.multiplyExact(newRows, newShape.length());
        if (wanted > Integer.MAX_VALUE / Float.BYTES) {
            throw new MmcrException("a batch of " + newRows + " views of " + newShape.describe()
                    + " takes more than the 2 GiB that one batch may have; use fewer samples or views per step");
        }
        if (wanted > capacity) {
            grow(wanted);
        }
        reshape(wanted, newRows, newShape);
    }

    Tensor tensor() {
        return shaped;
    }

    /** The batch as rows * length floats; absolute puts only, so that several threads can share it. */
    FloatBuffer floats() {
        return floats;
    }

    void free() {
        shaped.close();
        flat.close();
        floats = FloatBuffer.allocate(0);
        capacity = 0;
        rows = 0;
        shape = new ViewShape.Row(0);
    }

    private void grow(long wanted) {
        free();
        try (TensorOptions float32 = new TensorOptions(torch.ScalarType.Float);
                MemoryFormatOptional anyFormat = new MemoryFormatOptional()) {
            flat = torch.empty(new long[] {wanted}, float32, anyFormat);
        }
        try (Pointer data = flat.data_ptr();
                BytePointer bytes = new BytePointer(data)) {
            floats = bytes.capacity(wanted * Float.BYTES).asByteBuffer().asFloatBuffer();
        }
        capacity = wanted;
    }

    private void reshape(long wanted, long newRows, ViewShape newShape) {
        shaped.close();
        try (Tensor used = flat.narrow(0, 0, wanted);
                Tensor matrix = used.view(newRows, newShape.length())) {
            shaped = newShape.arrange(matrix);
        }
        rows = newRows;
        shape = newShape;
    }
}
