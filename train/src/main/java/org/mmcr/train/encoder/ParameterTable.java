package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.Communicator;
import org.mmcr.objective.linalg.TensorArrays;

/**
 * The named tensors of a network, in the order in which its layers were built, with the network's training mode.
 *
 * <p>Every tensor belongs to a block, the one named last by {@link #enter} when the tensor was added. A frozen block's
 * parameters have no gradient, and its layers stay in evaluation mode. Adapters of linear layers are parameters that
 * can be added to a built network and merged into its weights.
 *
 * <p>Layers are plain Java objects over tensors, not subclasses of libtorch's module: such subclasses cannot be cloned
 * from Java, and their lifetime is bound to the scope in which they were built. Every tensor here is retained, so a
 * table may be built inside a pointer scope and outlive it.
 */
final class ParameterTable {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final List<Argument> arguments = new ArrayList<>();
    private ComputeDevice device = ComputeDevice.CPU;
    /** Block of each parameter. */
    private final Map<String, String> blocks = new LinkedHashMap<>();

    private final Set<String> frozen = new HashSet<>();
    /** Parts of a transformer by the names of their parameters. */
    private final Map<String, AdapterSpec.Part> parts = new LinkedHashMap<>();

    private final Map<String, LowRankAdapter> adapters = new LinkedHashMap<>();
    private AdapterSpec adapterSpec = AdapterSpec.none();
    private final GeneratorOptional generator;
    private String block = "";
    private boolean training = true;
    private boolean recording = true;
    private Communicator communicator = Communicator.NONE;
    private long[] rowKeys = {};
    private long totalRows;

    /** A tensor in the form in which libtorch's functions take one that may be missing. */
    private record Argument(TensorOptional optional, Tensor tensor) {}

    ParameterTable(long seed) {
        Generator cpu = torch.make_generator_cpu(seed);
        generator = new GeneratorOptional(cpu);
        generator.retainReference();
    }

    /** Adds zero-mean Gaussian weights of the given standard deviation; 4-D weights are channels-last. */
    Tensor normal(String name, double deviation, long... shape) {
        return parameter(name, empty(shape).normal_(0, deviation, generator));
    }

    /** Adds weights uniform in (-bound, bound). */
    Tensor uniform(String name, double bound, long... shape) {
        return parameter(name, empty(shape).uniform_(-bound, bound, generator));
    }

    /** Adds equal weights. */
    Tensor constant(String name, double value, long... shape) {
        return parameter(name, empty(shape).fill_(new Scalar(value)));
    }

    /** Adds a float32 vector that is saved but not trained. */
    Tensor buffer(String name, double value, long length) {
        return keepBuffer(name, empty(length).fill_(new Scalar(value)));
    }

    /** Adds a 64-bit counter that starts at zero and is saved. */
    Tensor counter(String name) {
        return keepBuffer(name, torch.zeros(new long[0], new TensorOptions(ScalarType.Long)));
    }

    /** Returns a tensor of this table as an optional argument of libtorch's functions; retained. */
    TensorOptional argument(Tensor tensor) {
        TensorOptional optional = new TensorOptional(tensor);
        optional.retainReference();
        arguments.add(new Argument(optional, tensor));
        return optional;
    }

    ComputeDevice device() {
        return device;
    }

    /**
     * Moves every tensor to a device. The tensors' Java objects stay valid; libtorch's objects are replaced, so
     * optimisers are built afterwards.
     */
    void to(ComputeDevice target) {
        device = target;
        try (PointerScope scope = new PointerScope()) {
            for (Tensor tensor : state.values()) {
                tensor.put(target.place(tensor.detach()).requires_grad_(tensor.requires_grad()));
            }
            arguments.forEach(argument -> argument.optional().put(argument.tensor()));
        }
    }

    /** Starts a block; tensors added from now on belong to it. */
    void enter(String name) {
        block = name;
    }

    /** Says which part of a transformer a parameter is. */
    void mark(String parameter, AdapterSpec.Part part) {
        parts.put(parameter, part);
    }

    /**
     * Adds adapters to linear layers; then they are trained, and of the other parameters at most the layer norms.
     *
     * @throws MmcrException if no layer is a target, or a layer is narrower than the rank
     */
    void adapt(AdapterSpec spec) {
        List<String> targets = parts.entrySet().stream()
                .filter(entry -> spec.targets().contains(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (targets.isEmpty()) {
            throw new MmcrException("expected a network with attention, such as vit-tiny, for low-rank adapters, found"
                    + " one without; leave its first blocks untrained with --freeze instead");
        }
        adapterSpec = spec;
        parameters.forEach((name, tensor) -> tensor.requires_grad_(
                tensor.requires_grad() && spec.norms() && parts.get(name) == AdapterSpec.Part.NORM));
        String last = block;
        for (String name : targets) {
            Tensor weight = parameters.get(name);
            long out = weight.size(0);
            long in = weight.size(1);
            if (spec.rank() > Math.min(in, out)) {
                throw new MmcrException("expected adapters of a rank of at most " + Math.min(in, out)
                        + ", the width of the layer " + name + ", found " + spec.rank() + "; lower the rank");
            }
            enter(blocks.get(name));
            Tensor a = normal(name + LowRankAdapter.A, 1 / Math.sqrt((double) in), spec.rank(), in);
            Tensor b = constant(name + LowRankAdapter.B, 0, out, spec.rank());
            adapters.put(name, new LowRankAdapter(a, b, spec.effectiveAlpha() / spec.rank()));
        }
        enter(last);
    }

    /** The adapters; {@link AdapterSpec#none()} without. */
    AdapterSpec adapters() {
        return adapterSpec;
    }

    /** The adapter of a weight, if there is one. */
    Optional<LowRankAdapter> adapter(String weight) {
        return Optional.ofNullable(adapters.get(weight));
    }

    /** Adds the adapters' updates to the weights and removes the adapters; what is not frozen can be trained again. */
    void mergeAdapters() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            adapters.forEach((name, adapter) -> adapter.mergeInto(parameters.get(name)));
        }
        for (String name : adapters.keySet()) {
            for (String added : List.of(name + LowRankAdapter.A, name + LowRankAdapter.B)) {
                parameters.remove(added);
                blocks.remove(added);
                state.remove(added);
            }
        }
        adapters.clear();
        adapterSpec = AdapterSpec.none();
        parameters.forEach((name, tensor) -> tensor.requires_grad_(!frozen.contains(blocks.get(name))));
    }

    /** Name of the block that was entered last. */
    String block() {
        return block;
    }

    /** The block of each parameter, in the order in which they were built. */
    Map<String, String> blocks() {
        return Collections.unmodifiableMap(blocks);
    }

    /** Freezes all parameters of some blocks for good. */
    void freeze(Collection<String> names) {
        frozen.addAll(names);
        parameters.forEach((name, tensor) -> {
            if (frozen.contains(blocks.get(name))) {
                tensor.requires_grad_(false);
            }
        });
    }

    /** Names of the frozen blocks. */
    Set<String> frozen() {
        return Collections.unmodifiableSet(frozen);
    }

    boolean training() {
        return training;
    }

    /** Whether the layers of a block are in training mode. */
    boolean training(String ofBlock) {
        return training && !frozen.contains(ofBlock);
    }

    void train(boolean on) {
        training = on;
    }

    /** Whether a pass in training mode updates the running statistics. */
    boolean recording() {
        return recording;
    }

    void record(boolean on) {
        recording = on;
    }

    /**
     * The rows of the next batch over all processes, where these have different numbers of rows; 0 where each has as
     * many.
     */
    long totalRows() {
        return totalRows;
    }

    void totalRows(long rows) {
        totalRows = rows;
    }

    /** Whether layers in training mode see a part of a batch that is split over processes. */
    boolean isSplit() {
        return training && communicator.size() > 1;
    }

    /** Returns the sums of counts over the processes; unchanged where a batch is not split. */
    long[] overProcesses(long... counts) {
        if (!isSplit()) {
            return counts;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor sums = Tensor.create(counts).to(ScalarType.Double);
            communicator.sum(sums);
            double[] totals = TensorArrays.of(sums);
            return Arrays.stream(totals).mapToLong(Math::round).toArray();
        }
    }

    /** The processes over which batch-norm computes its statistics. */
    Communicator communicator() {
        return communicator;
    }

    void syncBatchNorm(Communicator others) {
        communicator = others;
    }

    /**
     * Sets the keys of the rows of the next batches, from which random draws of a pass in training mode are made. Rows
     * without a key have their number.
     */
    void rowKeys(long[] keys) {
        rowKeys = keys.clone();
    }

    long rowKey(int row) {
        return row < rowKeys.length ? rowKeys[row] : row;
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
            // Random numbers are drawn in row-major order first, so that a weight does not depend on the memory
            // layout.
            try (NoGradGuard guard = new NoGradGuard()) {
                value = value.contiguous(MemoryFormat.ChannelsLast);
            }
        }
        Tensor leaf = value.requires_grad_(true);
        leaf.retainReference();
        parameters.put(name, leaf);
        blocks.put(name, block);
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
