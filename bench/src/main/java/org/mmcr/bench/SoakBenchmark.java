package org.mmcr.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;

/**
 * Measures whether training leaks memory: resident memory and native objects every 100 of 2,000 steps of the cpu
 * recipe at batch 32, with a momentum target and clipping. Linux only. Usage, with a fixed heap so that only native
 * memory can change: {@code MMCR_JAVA_OPTS="-Xms600m -Xmx600m -XX:+AlwaysPreTouch" mmcr bench soak DATA RUN [STEPS]}
 */
public final class SoakBenchmark implements Benchmark {
    private static final int EVERY = 100;
    private static final int PAGE_KIB = 4;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String summary() {
        return "resident memory over 2,000 training steps: DATA RUN [STEPS], RUN a new folder";
    }

    /**
     * A reading.
     *
     * @param step number of the step
     * @param residentMib resident memory of the process in MiB
     * @param nativeObjects number of native objects that Java still refers to
     * @param viewsPerSecond speed of training
     */
    public record Reading(long step, long residentMib, long nativeObjects, double viewsPerSecond) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.size() < 2 || arguments.size() > 3) {
            throw new UsageException("expected DATA RUN [STEPS], found " + arguments);
        }
        long steps = arguments.size() > 2 ? Long.parseLong(arguments.get(2)) : 2000;
        PretrainConfig config = Recipes.load(Recipes.DEFAULT)
                .with("batch", "32")
                .with("ema", "{decay: 0.99, target: true}")
                .with("clip", "10")
                .withBudget(Budget.ofSteps(steps));
        Watcher watcher = new Watcher(progress);
        try (DataSource data = DataSources.open(arguments.get(0), config.data())) {
            new Trainer(config, data, RunDirectory.create(Path.of(arguments.get(1))), watcher).run();
        }
        return watcher.readings;
    }

    private static long residentMib() {
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
            return Long.parseLong(pages[1]) * PAGE_KIB / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Watcher implements TrainListener {
        private final Consumer<String> progress;
        private final List<Reading> readings = new ArrayList<>();

        Watcher(Consumer<String> progress) {
            this.progress = progress;
        }

        @Override
        public void step(StepMetrics metrics) {
            if (metrics.step() % EVERY == 0) {
                Reading reading =
                        new Reading(metrics.step(), residentMib(), Pointer.totalCount(), metrics.viewsPerSecond());
                readings.add(reading);
                progress.accept(reading.toString());
            }
        }
    }
}
