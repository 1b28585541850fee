package org.mmcr.train.encoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.Communicator;

/**
 * The named tensors of one network, in the order in which its layers were built, and the switch between training and evaluation that they share.
 *
 * <p>Layers are plain Java objects over tensors rather than subclasses of libtorch's module: such subclasses cannot be cloned from Java and their
 * lifetime is bound to the scope in which they were built. Every tensor here is retained, so a table may be built inside a pointer scope and outlive it.
 */
final class ParameterTable {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final GeneratorOptional generator;
    private boolean training = true;
    private boolean recording = true;
    private Communicator peers = Communicator.NONE;

    ParameterTable(long seed) {
        Generator cpu = torch.make_generator_cpu(seed);
        generator = new GeneratorOptional(cpu);
        generator.retainReference();
    }

    /** Zero-mean Gaussian weights of the given standard deviation; 4-D ones are laid out channels-last. */
    Tensor normal(String name, double deviation, long... shape) {
        return parameter(name, empty(shape).normal_(0, deviation, generator));
    }

    /** Weights uniform in (-bound, bound). */
    Tensor uniform(String name, double bound, long... shape) {
        return parameter(name, empty(shape).uniform_(-bound, bound, generator));
    }

    /** A vector of equal weights. */
    Tensor constant(String name, double value, long length) {
        return parameter(name, empty(length).fill_(new Scalar(value)));
    }

    /** A float32 vector that is saved but not trained. */
    Tensor buffer(String name, double value, long length) {
        return keepBuffer(name, empty(length).fill_(new Scalar(value)));
    }

    /** A 64-bit counter that starts at zero and is saved. */
    Tensor counter(String name) {
        return keepBuffer(name, torch.zeros(new long[0], new TensorOptions(ScalarType.Long)));
    }

    boolean training() {
        return training;
    }

    void train(boolean on) {
        training = on;
    }

    /** Whether a pass in training mode moves the running statistics. */
    boolean recording() {
        return recording;
    }

    void record(boolean on) {
        recording = on;
    }

    /** The processes over which batch-norm takes its statistics. */
    Communicator peers() {
        return peers;
    }

    void share(Communicator others) {
        peers = others;
    }

    Map<String, Tensor> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    Map<String, Tensor> buffers() {
        return Collections.unmodifiableMap(buffers);
    }

    /** Parameters and buffers in the order of a Python state dictionary. */
    Map<String, Tensor> state() {
        return Collections.unmodifiableMap(state);
    }

    private Tensor parameter(String name, Tensor value) {
        if (value.dim() == 4) {
            // The random draw is made in row-major order first, so that a weight does not depend on its layout in
            // memory.
            try (NoGradGuard guard = new NoGradGuard()) {
                value = value.contiguous(MemoryFormat.ChannelsLast);
            }
        }
        Tensor leaf = value.requires_grad_(true);
        leaf.retainReference();
        parameters.put(name, leaf);
        state.put(name, leaf);
        return leaf;
    }

    private Tensor keepBuffer(String name, Tensor value) {
        value.retainReference();
        buffers.put(name, value);
        state.put(name, value);
        return value;
    }

    private static Tensor empty(long... shape) {
        return torch.empty(shape, new TensorOptions(ScalarType.Float), new MemoryFormatOptional());
    }
}
