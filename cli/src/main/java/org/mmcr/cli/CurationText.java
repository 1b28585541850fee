package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.mmcr.analysis.curate.Curation;

/** Text output of a curation. */
final class CurationText {
    private static final int SHOWN = 3;

    private final PrintWriter out;

    CurationText(PrintWriter out) {
        this.out = out;
    }

    /**
     * Prints the totals.
     *
     * @param data location of the pictures
     * @param folder where the files are
     */
    void print(Curation found, String data, Path folder) {
        out.printf(Locale.ROOT, "%s: %,d pictures, features: %s%n", data, found.pictures(), found.features());
        line(
                "duplicates",
                "%,d in %,d groups, %,d of them exact%s",
                found.duplicates().flagged(),
                found.duplicates().groups(),
                found.duplicates().exact(),
                found.against()
                        .map(location -> String.format(
                                Locale.ROOT,
                                ", %,d of pictures in %s",
                                found.duplicates().across(),
                                location))
                        .orElse(""));
        line("outliers", "%,d", found.outliers());
        line("broken", "%,d unreadable or of one colour", found.broken());
        found.labels().ifPresent(labelled -> {
            line("labels", "%,d of %,d suspect", labelled.suspected(), labelled.judged());
            labelled.overlaps().stream()
                    .limit(SHOWN)
                    .forEach(pair -> line("", "%s, rather %s: %,d", pair.label(), pair.suggested(), pair.pictures()));
        });
        found.classes().stream()
                .limit(SHOWN)
                .forEach(one -> line(
                        "low capacity",
                        "%s: %.3f, radius %.3f, dimension %.1f; %.1f %% of the cost",
                        one.name(),
                        one.capacity(),
                        one.radius(),
                        one.dimension(),
                        100 * one.share()));
        for (int i = 0; i < Math.min(SHOWN, found.costliest().size()); i++) {
            Curation.PictureCost one = found.costliest().get(i);
            line(i == 0 ? "costliest" : "", "%s: %.2f %% of the cost", one.path(), 100 * one.share());
        }
        found.subset()
                .ifPresent(chosen -> chosen.coverage()
                        .forEach(one ->
                                line("subset", "%,d pictures cover %.1f %%", one.pictures(), 100 * one.coverage())));
        found.notes().forEach(note -> out.println("- " + note));
        out.printf("curation.csv, curation.parquet, curation.json and the page curation.html are in %s%n", folder);
    }

    private void line(String name, String format, Object... values) {
        out.printf("  %-13s %s%n", name, String.format(Locale.ROOT, format, values));
    }
}
