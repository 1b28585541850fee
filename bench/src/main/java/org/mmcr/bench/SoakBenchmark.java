package org.mmcr.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.run.Budget;
import org.mmcr.run.PretrainConfig;
import org.mmcr.run.Recipes;
import org.mmcr.run.RunDirectory;
import org.mmcr.run.StepMetrics;
import org.mmcr.run.TrainListener;
import org.mmcr.run.Trainer;

/**
 * Whether training holds on to memory: resident memory and live native objects every 100 of 2,000 steps of the cpu recipe
 * at batch 32, with a momentum target and clipping. Fix and touch the heap first, so that only native memory can move:
 * {@code java -Xms300m -Xmx300m -XX:+AlwaysPreTouch}. Arguments: data location, empty or new folder for the run, and optionally the number of steps.
 */
public final class SoakBenchmark {
    private static final int EVERY = 100;
    private static final int PAGE_KIB = 4;

    private SoakBenchmark() {}

    public static void main(String[] arguments) {
        long steps = arguments.length > 2 ? Long.parseLong(arguments[2]) : 2000;
        PretrainConfig config = Recipes.load(Recipes.DEFAULT)
                .with("batch", "32")
                .with("ema", "{decay: 0.99, target: true}")
                .with("clip", "10")
                .withBudget(Budget.ofSteps(steps));
        System.out.println("step,rss_mib,native_objects,views_per_second");
        try (DataSource data = DataSources.open(arguments[0], config.data())) {
            new Trainer(config, data, RunDirectory.create(Path.of(arguments[1])), new Watcher()).run();
        }
    }

    /** Resident memory of this process, MiB. */
    private static long residentMib() {
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
            return Long.parseLong(pages[1]) * PAGE_KIB / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Watcher implements TrainListener {
        @Override
        public void step(StepMetrics metrics) {
            if (metrics.step() % EVERY == 0) {
                System.out.printf(
                        Locale.ROOT,
                        "%d,%d,%d,%.0f%n",
                        metrics.step(),
                        residentMib(),
                        Pointer.totalCount(),
                        metrics.viewsPerSecond());
            }
        }
    }
}
