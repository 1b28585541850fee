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
 * Native memory of a batch: a flat float32 tensor, a tensor view of its start in the shape that an encoder takes, and
 * a buffer over the same bytes for the writing threads. Reused from step to step; grows, never shrinks. Shaped on
 * loader threads, which open no {@link PointerScope}, so that it lives until {@link #free()}.
 */
final class BatchMemory {
    private long capacity;
    private long rows;
    private ViewShape shape = new ViewShape.Row(0);
    private Tensor flat = new Tensor();
    private Tensor shaped = new Tensor();
    private FloatBuffer floats = FloatBuffer.allocate(0);

    /**
     * Gives {@link #tensor()} the shape of a batch; its content is undefined.
     *
     * @throws MmcrException if the batch takes more than 2 GiB
     */
    void shape(long newRows, ViewShape newShape) {
        if (newRows == rows && newShape.equals(shape)) {
            return;
        }
        long wanted = Math.multiplyExact(newRows, newShape.length());
        if (wanted > Integer.MAX_VALUE / Float.BYTES) {
            throw new MmcrException("expected a batch of at most 2 GiB, found " + newRows + " views of "
                    + newShape.describe() + "; use fewer samples or views per step");
        }
        if (wanted > capacity) {
            grow(wanted);
        }
        reshape(wanted, newRows, newShape);
    }

    Tensor tensor() {
        return shaped;
    }

    /** Returns the batch as (rows, length) floats. Threads share the buffer, so only absolute puts are allowed. */
    FloatBuffer floats() {
        return floats;
    }

    /** Frees the memory. */
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
