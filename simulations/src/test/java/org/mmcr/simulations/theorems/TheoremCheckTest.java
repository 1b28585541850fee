package org.mmcr.simulations.theorems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

@Tag("long")
class TheoremCheckTest {
    @TempDir
    private Path folder;

    /** Theorems 2.6 and 2.7: the same cell is best for both. */
    @Test
    void run_smallFamily_bothAreBestForInvariantUniformEmbeddings() throws IOException {
        Family family = new Family(120, 3, 6, List.of(0.01, 0.2, 1.0), List.of(0.0, 0.6, 1.0), 5);
        AtomicInteger reported = new AtomicInteger();
        TheoremCheck check = TheoremCheck.run(folder, family, done -> reported.incrementAndGet());
        assertThat(reported).hasValue(9);
        assertThat(check.cells()).hasSize(9);
        assertThat(check.nearestBound()).isEqualTo(check.mostInformation());
        assertThat(check.nearestBound().noise()).isEqualTo(0.01);
        assertThat(check.nearestBound().concentration()).isZero();
        assertThat(check.rankCorrelation()).isBetween(0.3, 1.0);
        assertThat(check.cells().stream().filter(cell -> cell.noise() == 1.0))
                .allSatisfy(cell -> assertThat(cell.miLowerBound()).isCloseTo(0, within(0.6)));
        assertThat(check.cells().stream().filter(cell -> cell.concentration() == 1.0))
                .allSatisfy(cell -> assertThat(cell.infonce()).isCloseTo(0, within(0.1)));
        assertThat(check.files())
                .containsExactly("information.png", "information.svg", "information.pdf")
                .allSatisfy(name -> assertThat(folder.resolve(name)).isNotEmptyFile());
        assertThat(Files.readAllLines(folder.resolve("information.csv"))).hasSize(10);
        assertThat(folder.resolve("information.json")).content().contains("\"rank_correlation\"");
    }

    @Test
    void ranks_withTies_shareTheirMean() {
        assertThat(SpearmanCorrelation.of(List.of(3.0, 1.0, 3.0, 7.0))).containsExactly(2.5, 1, 2.5, 4);
        assertThat(SpearmanCorrelation.correlation(List.of(1.0, 2.0, 3.0), List.of(10.0, 20.0, 90.0)))
                .isEqualTo(1);
        assertThat(SpearmanCorrelation.correlation(List.of(1.0, 2.0, 3.0), List.of(3.0, 2.0, 1.0)))
                .isEqualTo(-1);
        // By hand: ranks 1 2 3 4 and 2 1 4 3 give 1 - 6 * 4 / (4 * 15).
        assertThat(SpearmanCorrelation.correlation(List.of(1.0, 2.0, 3.0, 4.0), List.of(2.0, 1.0, 4.0, 3.0)))
                .isCloseTo(0.6, within(1e-12));
        assertThat(SpearmanCorrelation.correlation(List.of(1.0, 1.0), List.of(1.0, 2.0)))
                .isZero();
    }

    @Test
    void family_fractionsOutOfRange_reportWhatIsExpected() {
        assertThatThrownBy(() -> new Family(10, 2, 3, List.of(0.0), List.of(0.5), 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("noises above 0");
    }
}
