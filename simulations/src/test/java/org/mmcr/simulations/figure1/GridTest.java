package org.mmcr.simulations.figure1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

class GridTest {
    @Test
    void parse_paper_hasTheElevenSizesOfThePaper() {
        Grid grid = Grid.parse("paper", 5);
        assertThat(grid.points()).containsExactly(10L, 19L, 39L, 79L, 158L, 316L, 630L, 1258L, 2511L, 5011L, 10000L);
        assertThat(grid.dimensions()).isEqualTo(grid.points());
        assertThat(grid.cells()).hasSize(605).doesNotHaveDuplicates();
    }

    @Test
    void parse_ownNumbers_sortsThem() {
        Grid grid = Grid.parse("40,10,10x7", 2);
        assertThat(grid.points()).containsExactly(10L, 40L);
        assertThat(grid.dimensions()).containsExactly(7L);
        assertThat(grid.cells()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "big", "10", "10x", "x10", "10,x5", "-1x5", "0x5", "1.5x2", "10x5x3"})
    void parse_anythingElse_reportsWhatIsExpected(String text) {
        assertThatThrownBy(() -> Grid.parse(text, 5))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void seed_everyCell_isItsOwn() {
        assertThat(Grid.parse("paper", 5).cells().stream().map(cell -> cell.seed(0)))
                .doesNotHaveDuplicates();
        assertThat(new Grid.Cell(10, 19, 0).seed(0)).isNotEqualTo(new Grid.Cell(10, 19, 0).seed(1));
    }
}
