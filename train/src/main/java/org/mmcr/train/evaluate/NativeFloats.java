package org.mmcr.train.evaluate;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/** Zero-copy Java views of float32 tensors; valid only while the tensor lives. */
final class NativeFloats {
    private NativeFloats() {}

    /** A view of a contiguous float32 CPU tensor of less than 2 GiB. */
    static FloatBuffer of(Tensor tensor) {
        long bytes = tensor.nbytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a view of " + bytes + " bytes is too large; take it in blocks");
        }
        BytePointer pointer = new BytePointer(tensor.data_ptr());
        return pointer.capacity(bytes)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
