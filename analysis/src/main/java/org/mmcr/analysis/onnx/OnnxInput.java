package org.mmcr.analysis.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/**
 * The input of a graph that takes pictures, or rows of a table.
 *
 * @param name its name in the graph
 * @param layout order of its dimensions
 * @param type float32, float16 or uint8
 * @param batch fixed number of samples; empty if any number is taken
 * @param side fixed side of the pictures in pixels, or number of columns; empty if any is taken
 */
record OnnxInput(String name, Layout layout, OnnxJavaType type, OptionalInt batch, OptionalInt side) {
    private static final int CHANNELS = 3;
    private static final Set<OnnxJavaType> TYPES = Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.UINT8);

    /** The order of the dimensions of an input. */
    enum Layout {
        /** Batch, channels, height, width. */
        NCHW,
        /** Batch, height, width, channels. */
        NHWC,
        /** Batch, columns: a row of a table. */
        ROWS
    }

    /**
     * Finds the input of pictures.
     *
     * @param inputs all inputs of the graph
     * @param wanted name of the input; if empty, the only one that takes pictures
     * @param rows whether rows of a table are taken too
     * @throws MmcrException if none takes them, several do, or the graph has other inputs besides
     */
    static OnnxInput of(Path file, Map<String, NodeInfo> inputs, Optional<String> wanted, boolean rows) {
        if (wanted.isPresent() && !inputs.containsKey(wanted.get())) {
            throw new MmcrException("expected an input of " + file + " for --input, found '" + wanted.get()
                    + "'; it has " + listed(inputs));
        }
        List<OnnxInput> fitting = new ArrayList<>();
        inputs.forEach((name, node) -> {
            if (wanted.map(name::equals).orElse(true)) {
                of(name, node, rows).ifPresent(fitting::add);
            }
        });
        if (fitting.isEmpty()) {
            throw new MmcrException("expected an input of square pictures with 3 channels, (batch, 3, side, side) or"
                    + " (batch, side, side, 3), of float32, float16 or uint8, in " + file + ", found "
                    + listed(inputs) + "; export an encoder of pictures");
        }
        if (fitting.size() > 1) {
            throw new MmcrException("expected one input of pictures in " + file + ", found " + listed(inputs)
                    + "; choose one with --input NAME");
        }
        if (inputs.size() > 1) {
            throw new MmcrException("expected no input but the pictures in " + file + ", found " + listed(inputs)
                    + "; export the part of the network that takes pictures alone");
        }
        return fitting.get(0);
    }

    private static Optional<OnnxInput> of(String name, NodeInfo node, boolean rows) {
        if (!(node.getInfo() instanceof TensorInfo info) || !TYPES.contains(info.type)) {
            return Optional.empty();
        }
        long[] shape = info.getShape();
        if (rows && shape.length == 2) {
            return Optional.of(new OnnxInput(name, Layout.ROWS, info.type, fixed(shape[0]), fixed(shape[1])));
        }
        if (shape.length != 4) {
            return Optional.empty();
        }
        // Channels of unknown number come first, as everywhere but in TensorFlow.
        boolean last = shape[3] == CHANNELS && shape[1] != CHANNELS;
        if (!last && shape[1] > 0 && shape[1] != CHANNELS) {
            return Optional.empty();
        }
        long height = last ? shape[1] : shape[2];
        long width = last ? shape[2] : shape[3];
        if (height > 0 && width > 0 && height != width) {
            return Optional.empty();
        }
        return Optional.of(new OnnxInput(
                name, last ? Layout.NHWC : Layout.NCHW, info.type, fixed(shape[0]), fixed(Math.max(height, width))));
    }

    private static OptionalInt fixed(long size) {
        return size > 0 ? OptionalInt.of(Math.toIntExact(size)) : OptionalInt.empty();
    }

    /** Returns names, types and shapes for a message. */
    static String listed(Map<String, NodeInfo> nodes) {
        return String.join(", ", nodes.values().stream().map(OnnxInput::text).toList());
    }

    private static String text(NodeInfo node) {
        return "'" + node.getName() + "' "
                + (node.getInfo() instanceof TensorInfo info
                        ? info.type.name().toLowerCase(Locale.ROOT) + " "
                                + Arrays.toString(info.getShape()).replace("-1", "?")
                        : "of another kind");
    }

    /** Whether the graph prepares pictures itself: it takes their levels as bytes. */
    boolean bytes() {
        return type == OnnxJavaType.UINT8;
    }

    /**
     * Converts prepared samples into the graph's input.
     *
     * @param x float32 (B, 3, S, S) or (B, columns); levels 0..255 for bytes
     */
    Given of(OrtEnvironment environment, Tensor x) throws OrtException {
        Tensor arranged = (layout == Layout.NHWC ? x.permute(0, 2, 3, 1) : x).contiguous();
        Tensor values = switch (type) {
            case UINT8 -> arranged.round().to(ScalarType.Byte);
            case FLOAT16 -> arranged.to(ScalarType.Half);
            default -> arranged;
        };
        long[] shape = new long[Math.toIntExact(values.dim())];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = values.size(i);
        }
        ByteBuffer memory = new BytePointer(values.data_ptr())
                .capacity(values.nbytes())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
        return new Given(OnnxTensor.createTensor(environment, memory, shape, type), values);
    }

    /**
     * A value of the input.
     *
     * @param tensor the runtime's view of the memory
     * @param memory released after it
     */
    record Given(OnnxTensor tensor, Tensor memory) implements AutoCloseable {
        @Override
        public void close() {
            tensor.close();
            memory.close();
        }
    }
}
