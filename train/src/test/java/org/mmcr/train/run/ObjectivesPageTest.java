package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sections of {@code docs/objectives.md}. */
class ObjectivesPageTest {
    @Test
    void page_everyObjective_hasFormulaOptimumAndChoice() throws IOException {
        String page = Files.readString(Path.of("../docs/objectives.md"));
        for (ObjectiveSpec standard : ObjectiveSpec.standards()) {
            String name = standard.build().name();
            String[] parts = page.split("\n### " + name + "\n", -1);
            assertThat(parts).as(name).hasSize(2);
            List<String> section = parts[1].split("\n##", 2)[0].lines().toList();
            assertThat(section)
                    .as(name)
                    .filteredOn(line -> line.startsWith("`"))
                    .hasSize(1);
            assertThat(section)
                    .as(name)
                    .filteredOn(line -> line.startsWith("* "))
                    .hasSizeGreaterThanOrEqualTo(5);
            assertThat(section).as(name).anyMatch(line -> line.startsWith("* Optimum"));
            assertThat(section).as(name).anyMatch(line -> line.startsWith("* Choose it"));
        }
    }
}
