package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.curate.CurationFiles;
import org.mmcr.analysis.curate.CurationRow;
import org.mmcr.explorer.curation.ReviewStore;

class CurationReviewTest {
    /** Both data have a picture a.png; a curation of before the column duplicate_in has originals in the data alone. */
    @Test
    void original_ofTheDataComparedWith_isNotThePictureOfThatName(@TempDir Path folder) throws IOException {
        Path csv = Files.writeString(folder.resolve("curation.csv"), """
                path,label,flags,duplicate_of,duplicate_in
                a.png,,,,
                b.png,,duplicate,a.png,data
                c.png,,duplicate,a.png,against
                d.png,,duplicate,a.png,
                e.png,,duplicate,gone.png,data
                """);
        Map<String, Integer> pictures = Map.of("a.png", 0, "b.png", 1, "c.png", 2, "d.png", 3, "e.png", 4);
        try (ReviewStore store = ReviewStore.open(csv, folder.resolve("review.jsonl"), pictures.keySet())) {
            CurationReview review = new CurationReview(store, pictures);
            List<CurationRow> rows = CurationFiles.read(csv);
            assertThat(rows.subList(1, 5).stream().map(review::original)).containsExactly(0, -1, 0, -1);
        }
    }
}
