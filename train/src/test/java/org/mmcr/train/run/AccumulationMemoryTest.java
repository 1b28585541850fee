package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The largest resident memory of this process while it takes steps of few and of many batches. */
@EnabledOnOs(OS.LINUX)
class AccumulationMemoryTest {
    private static final Path SELF = Path.of("/proc/self");

    @TempDir
    private Path folder;

    @Test
    void run_inManyBatches_needsTheMemoryOfOne() throws IOException {
        growth("warm", 64, 1);
        long one = growth("one", 64, 1);
        long many = growth("many", 64, 12);
        long whole = growth("whole", 12 * 64, 1);
        String seen = "bytes: one batch %,d, twelve %,d, a batch twelve times as large %,d".formatted(one, many, whole);
        // Eleven batches' activations are about 200 MB, of which memory that earlier tests have freed may hold a part.
        assertThat(whole - one).as(seen).isGreaterThan(90L << 20);
        assertThat(many - one).as(seen).isLessThan(60L << 20);
    }

    /** Bytes by which the largest resident memory of a step exceeds what there was before. */
    private long growth(String name, int batch, int accumulate) throws IOException {
        PretrainConfig config = TinyRuns.config()
                .with("batch", String.valueOf(batch))
                .with("accumulate", String.valueOf(accumulate))
                .with("view.recipes", "[{base: cifar, size: 32}]")
                .with(
                        "model.encoder",
                        "{type: fast, stemWidth: 32, widths: [8], blocks: [0], strides: [4], headWidth: 0}")
                .with("threads", "2")
                .with("prefetch", "1")
                .withBudget(Budget.ofSteps(1));
        System.gc();
        Files.writeString(SELF.resolve("clear_refs"), "5"); // the largest is from now on
        long before = kibibytes("VmRSS");
        new Trainer(config, FourColours.of(12 * 64), RunDirectory.create(folder.resolve(name)), TrainListener.NONE)
                .run();
        return (kibibytes("VmHWM") - before) << 10;
    }

    private static long kibibytes(String key) throws IOException {
        return Files.readAllLines(SELF.resolve("status")).stream()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
