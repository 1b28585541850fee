package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.ChildJvm;

/** The largest resident memory of a process while it takes steps of few and of many batches. */
@Tag("long")
@EnabledOnOs(OS.LINUX)
class AccumulationMemoryTest {
    @TempDir
    private Path folder;

    @Test
    void run_inManyBatches_needsTheMemoryOfOne() throws Exception {
        assumeTrue(PeakMemory.start().isCounted(), "this system does not let a process set its count back");
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(ChildJvm.command(AccumulationMemoryTest.class, folder))
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();
        List<Long> found = Files.readAllLines(out).stream().map(Long::valueOf).toList();
        long one = found.get(0);
        long many = found.get(1);
        long whole = found.get(2);
        String seen = "bytes: one batch %,d, twelve %,d, a batch twelve times as large %,d".formatted(one, many, whole);
        // Eleven batches' activations are about 200 MB.
        assertThat(whole - one).as(seen).isGreaterThan(90L << 20);
        assertThat(many - one).as(seen).isLessThan(60L << 20);
    }

    /** Prints the three growths; in a process of its own, where no other test has left freed memory. */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        growth(folder.resolve("warm"), 64, 1);
        System.out.println(growth(folder.resolve("one"), 64, 1));
        System.out.println(growth(folder.resolve("many"), 64, 12));
        System.out.println(growth(folder.resolve("whole"), 12 * 64, 1));
    }

    /** Bytes by which the largest resident memory of a step exceeds what there was before. */
    private static long growth(Path run, int batch, int accumulate) {
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
        PeakMemory peak = PeakMemory.start();
        long before = peak.bytes();
        new Trainer(config, FourColours.of(12 * 64), RunDirectory.create(run), TrainListener.NONE).run();
        return peak.bytes() - before;
    }
}
