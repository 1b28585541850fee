package org.mmcr.analysis.curate;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.mmcr.analysis.charts.FigurePage;
import org.mmcr.analysis.charts.FigurePage.Captioned;
import org.mmcr.data.PictureSource;
import org.mmcr.data.views.Thumbnail;

/** A page of one file that shows the worst pictures of each kind. It needs no network. */
final class CurationPage {
    private static final int SHOWN = 48;
    private static final int SIDE = 96;

    private final Shown data;
    private final Optional<Shown> against;

    CurationPage(PictureSource data, Optional<PictureSource> against) {
        this.data = new Shown(data);
        this.against = against.map(Shown::new);
    }

    /** Pictures by their names. */
    private static final class Shown {
        private final PictureSource source;
        private final Map<String, Integer> indices = new HashMap<>();

        Shown(PictureSource source) {
            this.source = source;
            for (int i = 0; i < source.size(); i++) {
                indices.put(source.name(i), i);
            }
        }

        /** Nothing for a picture that cannot be read, which has no index. */
        List<BufferedImage> image(String path) {
            Integer index = indices.get(path);
            return index == null ? List.of() : List.of(Thumbnail.of(source.picture(index), SIDE));
        }
    }

    String html(Curation curation) {
        FigurePage page = new FigurePage(curation.data())
                .paragraph(String.format(
                        Locale.ROOT,
                        "%,d pictures. Duplicates: %,d, in %,d groups. Outliers: %,d. Broken: %,d.%s Features: %s. At most"
                                + " %d of each kind are shown; curation.csv lists all.",
                        curation.pictures(),
                        curation.duplicates().flagged(),
                        curation.duplicates().groups(),
                        curation.outliers(),
                        curation.broken(),
                        curation.labels()
                                .map(found -> String.format(Locale.ROOT, " Suspected labels: %,d.", found.suspected()))
                                .orElse(""),
                        curation.features(),
                        SHOWN));
        section(
                page,
                "Duplicates, with the first picture of each group",
                curation,
                CurationRow.DUPLICATE,
                CurationRow::duplicateScore);
        section(page, "Suspected label errors", curation, CurationRow.LABEL, CurationRow::labelIssue);
        section(page, "Outliers", curation, CurationRow.OUTLIER, CurationRow::outlier);
        section(page, "Broken or of one colour", curation, CurationRow.BROKEN, CurationRow::outlier);
        classes(page, curation);
        return page.html();
    }

    private void section(
            FigurePage page, String title, Curation curation, String flag, ToDoubleFunction<CurationRow> score) {
        List<Captioned> pictures = curation.rows().stream()
                .filter(row -> row.has(flag))
                .sorted(Comparator.comparingDouble(score).reversed())
                .limit(SHOWN)
                .map(row -> captioned(row, flag, score.applyAsDouble(row)))
                .toList();
        if (!pictures.isEmpty()) {
            page.heading(title).pictures(pictures);
        }
    }

    private Captioned captioned(CurationRow row, String flag, double score) {
        List<BufferedImage> images = new ArrayList<>(data.image(row.path()));
        List<String> lines = new ArrayList<>(List.of(row.path()));
        if (!row.label().isEmpty()) {
            boolean suggested =
                    flag.equals(CurationRow.LABEL) && !row.suggestedLabel().isEmpty();
            lines.add("label " + row.label() + (suggested ? ", rather " + row.suggestedLabel() : ""));
        }
        if (flag.equals(CurationRow.DUPLICATE)) {
            boolean elsewhere = row.duplicateIn().equals(CurationRow.AGAINST);
            Shown original = elsewhere ? against.orElseThrow() : data;
            images.addAll(original.image(row.duplicateOf()));
            lines.add("as " + row.duplicateOf() + (elsewhere ? " of " + original.source.location() : ""));
        }
        lines.add(String.format(Locale.ROOT, "score %.3f", score));
        return new Captioned(images, lines);
    }

    private void classes(FigurePage page, Curation curation) {
        if (curation.classes().isEmpty()) {
            return;
        }
        page.heading("Classes that limit capacity")
                .table(
                        List.of("class", "capacity", "radius", "dimension", "share of the cost", "capacity without it"),
                        curation.classes().stream()
                                .map(one -> List.of(
                                        one.name(),
                                        number("%.3f", one.capacity()),
                                        number("%.3f", one.radius()),
                                        number("%.1f", one.dimension()),
                                        number("%.1f %%", 100 * one.share()),
                                        number("%.3f", one.capacityWithout())))
                                .toList());
        page.heading("Pictures that cost most capacity")
                .pictures(curation.costliest().stream()
                        .map(one -> new Captioned(
                                data.image(one.path()),
                                List.of(
                                        one.path(),
                                        "label " + one.label(),
                                        number("%.2f %% of the cost", 100 * one.share()),
                                        number("radius %.2f", one.radius()),
                                        Double.isNaN(one.capacityWithout())
                                                ? ""
                                                : number("capacity %.4f without it", one.capacityWithout()))))
                        .toList());
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
