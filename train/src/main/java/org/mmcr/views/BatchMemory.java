package org.mmcr.views;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.MmcrException;

/**
 * Native memory of one batch: a flat float32 tensor that owns it, a channels-last view of its beginning, and a buffer over
 * the same bytes for the threads that write. Reused from step to step; grows, never shrinks. Shaped on loader threads only,
 * which open no {@link PointerScope}, so nothing but {@link #free()} ends it.
 */
final class BatchMemory {
    private long capacity;
    private long rows;
    private long side;
    private Tensor flat = new Tensor();
    private Tensor shaped = new Tensor();
    private FloatBuffer floats = FloatBuffer.allocate(0);

    /** Makes {@link #tensor()} a (rows, 3, side, side) batch; the contents are whatever was there before. */
    void shape(long newRows, long newSide) {
        if (newRows == rows && newSide == side) {
            return;
        }
        long wanted = Math.multiplyExact(Math.multiplyExact(newRows, 3L), newSide * newSide);
        if (wanted > Integer.MAX_VALUE / Float.BYTES) {
            throw new MmcrException("a batch of " + newRows + " views of " + newSide + " x " + newSide
                    + " pixels takes more than the 2 GiB that one batch may have; use fewer datums or views per step");
        }
        if (wanted > capacity) {
            grow(wanted);
        }
        reshape(wanted, newRows, newSide);
    }

    Tensor tensor() {
        return shaped;
    }

    /** The batch as rows * side * side * 3 floats; absolute puts only, so that several threads can share it. */
    FloatBuffer floats() {
        return floats;
    }

    void free() {
        shaped.close();
        flat.close();
        floats = FloatBuffer.allocate(0);
        capacity = 0;
        rows = 0;
        side = 0;
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

    private void reshape(long wanted, long newRows, long newSide) {
        shaped.close();
        try (Tensor used = flat.narrow(0, 0, wanted);
                Tensor nhwc = used.view(newRows, newSide, newSide, 3)) {
            shaped = nhwc.permute(0, 3, 1, 2);
        }
        rows = newRows;
        side = newSide;
    }
}
