package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.embeddings.Information;

class PairsTableTest {
    @Test
    void bound_withoutAReliableEntropy_isNotCalledABound() {
        assertThat(PairsTable.bound(information(73.2, Optional.of("neighbours spread over 4 dimensions"))))
                .isEqualTo("reconstruction + entropy 73.20, not reliable here (neighbours spread over 4 dimensions)");
        assertThat(PairsTable.bound(information(2.5, Optional.empty()))).isEqualTo("reconstruction + entropy 2.50");
        assertThat(PairsTable.bound(information(-1.9, Optional.empty())))
                .isEqualTo("reconstruction + entropy: none shown");
        assertThat(PairsTable.bound(information(0, Optional.of("neighbours spread over 4 dimensions"))))
                .isEqualTo("reconstruction + entropy: none shown");
    }

    private static Information information(double bound, Optional<String> caution) {
        return new Information(
                100,
                OptionalDouble.of(0.1),
                -1,
                -2,
                0,
                OptionalDouble.of(1),
                OptionalDouble.of(bound),
                OptionalDouble.of(1),
                OptionalDouble.of(4.6),
                Map.of("mi_lower_bound", new Information.Interval(bound - 1, bound + 1, caution)));
    }
}
