package org.mmcr.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.ProjectorSpec;
import org.mmcr.train.encoder.ResNetSpec;
import org.mmcr.train.encoder.ResNetSpec.Depth;
import org.mmcr.train.encoder.VisionTransformerSpec;
import org.mmcr.train.optim.AdamSpec;
import org.mmcr.train.optim.Optimizer;
import org.mmcr.train.optim.OptimizerSpec;
import org.mmcr.train.optim.SgdSpec;
import org.mmcr.train.run.ComputeThreads;
import org.mmcr.train.run.PretrainConfig;

/**
 * Times the bare training step on a resident batch: forward, MMCR loss, backward, optimiser.
 * {@code bench/train_step.py} times the same step in PyTorch, and {@code bench/train_step.sh} alternates the two.
 *
 * <p>Arguments {@code name=value}: arch (resnet18, resnet34, resnet50, default: the default recipe's), width (64),
 * batch (64), views (2), size (32), precision (bf16), optimizer (sgd, adam, muon), steps (20), warmup (3), threads (all
 * processors), device (cpu).
 */
public final class TrainStepBenchmark implements Benchmark {
    private static final int DIMENSION = 128;

    @Override
    public String name() {
        return "train-step";
    }

    @Override
    public String summary() {
        return "milliseconds of the bare training step; name=value: arch, width, batch, views, precision, optimizer, steps,"
                + " device";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        Timing timing = time(settings(arguments));
        progress.accept(String.format(
                Locale.ROOT,
                "%.0f ms a step (fastest %.0f), %.0f views/s; %s",
                timing.medianMs(),
                timing.minMs(),
                timing.viewsPerSecond(),
                timing.settings()));
        return timing;
    }

    /**
     * The times of a configuration.
     *
     * @param settings all settings
     * @param medianMs median wall time of a step in milliseconds
     * @param minMs fastest step in milliseconds
     * @param cpuMs mean processor time of a step over all threads in milliseconds
     * @param viewsPerSecond views per second at the median
     * @param loss loss of the last step
     */
    public record Timing(
            Map<String, String> settings,
            double medianMs,
            double minMs,
            double cpuMs,
            double viewsPerSecond,
            double loss) {}

    private static Map<String, String> settings(List<String> arguments) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "arch", "resnet18",
                "width", "64",
                "batch", "64",
                "views", "2",
                "size", "32",
                "precision", "bf16",
                "optimizer", "sgd",
                "steps", "20",
                "warmup", "3",
                "threads", Integer.toString(ComputeThreads.available())));
        settings.put("device", "cpu");
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--threads") || argument.equals("--seed")) {
                settings.computeIfPresent(
                        argument.substring(2), (name, old) -> arguments.get(arguments.indexOf(argument) + 1));
                i++;
                continue;
            }
            String[] pair = argument.split("=", 2);
            if (pair.length != 2 || !settings.containsKey(pair[0])) {
                throw new UsageException(
                        "expected name=value with a name of " + settings.keySet() + ", found " + argument);
            }
            settings.put(pair[0], pair[1]);
        }
        return settings;
    }

    /** Times one configuration. */
    public static Timing time(Map<String, String> settings) {
        ComputeThreads.use(number(settings, "threads"));
        int views = number(settings, "views");
        int rows = number(settings, "batch") * views;
        EmbeddingModel model = EmbeddingModel.create(encoder(settings), new ProjectorSpec(List.of(512, DIMENSION)), 0);
        ComputeDevice device = ComputeDevice.choose(settings.get("device"));
        model.to(device);
        Precision precision = choice(Precision.class, settings, "precision");
        Optimizer optimizer = optimizer(settings).build(model.parameters(), name -> 1, precision);
        Tensor batch = device.place(torch.randn(rows, 3, number(settings, "size"), number(settings, "size"))
                .contiguous(MemoryFormat.ChannelsLast));
        double loss = 0;
        for (int i = 0; i < number(settings, "warmup"); i++) {
            loss = step(model, optimizer, batch, views, precision);
        }
        double[] milliseconds = new double[number(settings, "steps")];
        long cpu = processorTime();
        for (int i = 0; i < milliseconds.length; i++) {
            long start = System.nanoTime();
            loss = step(model, optimizer, batch, views, precision);
            milliseconds[i] = (System.nanoTime() - start) / 1e6;
        }
        double cpuMs = (processorTime() - cpu) / 1e6 / milliseconds.length;
        Arrays.sort(milliseconds);
        double median = milliseconds[milliseconds.length / 2];
        return new Timing(settings, median, milliseconds[0], cpuMs, rows / median * 1e3, loss);
    }

    private static double step(
            EmbeddingModel model, Optimizer optimizer, Tensor batch, int views, Precision precision) {
        try (PointerScope scope = new PointerScope()) {
            optimizer.zeroGrad();
            Tensor embeddings;
            try (Precision.Scope autocast = precision.autocast(model.device())) {
                embeddings = model.embed(batch);
            }
            Objective.Result result = new MmcrLoss().compute(embeddings, views);
            result.loss().backward();
            optimizer.step(1);
            return result.value();
        }
    }

    private static EncoderSpec encoder(Map<String, String> settings) {
        return switch (settings.get("arch")) {
            case "default" -> PretrainConfig.defaults().model().encoder();
            case "vit-tiny" -> VisionTransformerSpec.small(VisionTransformerSpec.Scale.VIT_TINY);
            default ->
                new ResNetSpec(
                        choice(Depth.class, settings, "arch", "default", "vit-tiny"),
                        ResNetSpec.Stem.CIFAR,
                        number(settings, "width"),
                        false);
        };
    }

    private static OptimizerSpec optimizer(Map<String, String> settings) {
        return switch (settings.get("optimizer")) {
            case "adam" -> AdamSpec.of(1e-3, 1e-6);
            case "muon" -> PretrainConfig.defaults().optimizer();
            case "sgd" -> SgdSpec.of(0.01);
            default ->
                throw new UsageException(
                        "expected optimizer out of sgd, adam and muon, found " + settings.get("optimizer"));
        };
    }

    /** Returns a setting as a constant of {@code type}; {@code others} are the values that are not in it. */
    private static <E extends Enum<E>> E choice(
            Class<E> type, Map<String, String> settings, String name, String... others) {
        String found = settings.get(name);
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().equalsIgnoreCase(found))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known = new ArrayList<>(List.of(others));
                    Arrays.stream(type.getEnumConstants())
                            .forEach(value -> known.add(value.name().toLowerCase(Locale.ROOT)));
                    return new UsageException(
                            "expected " + name + " out of " + String.join(", ", known) + ", found " + found);
                });
    }

    private static int number(Map<String, String> settings, String name) {
        return Integer.parseInt(settings.get(name));
    }

    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
