package org.mmcr.analysis.curate;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.Provenance;

/** A page of one file that shows the worst pictures of each kind. It needs no network. */
final class CurationPage {
    private static final int SHOWN = 48;
    private static final int SIDE = 96;
    private static final String STYLE = ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;"
            + "max-width:70rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
            + "ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:1rem;list-style:none;"
            + "padding:0}li{font-size:13px}img{height:96px;margin-right:4px}h2{margin-top:2rem}"
            + "footer{margin-top:2rem;font-size:13px}table{border-collapse:collapse}"
            + "td,th{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #8886}"
            + "@media(max-width:480px){ul{grid-template-columns:1fr 1fr}img{height:78px}td,th{padding:.2rem .4rem}}";

    private final PictureSource data;
    private final Optional<PictureSource> against;
    private final Map<String, Integer> indices = new HashMap<>();
    private final Map<String, Integer> others = new HashMap<>();
    private final StringBuilder html = new StringBuilder();

    CurationPage(PictureSource data, Optional<PictureSource> against) {
        this.data = data;
        this.against = against;
        for (int i = 0; i < data.size(); i++) {
            indices.put(data.name(i), i);
        }
        against.ifPresent(source -> {
            for (int i = 0; i < source.size(); i++) {
                others.put(source.name(i), i);
            }
        });
    }

    String html(Curation curation) {
        html.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                        + "<title>Curation</title><style>")
                .append(STYLE)
                .append("</style></head><body><main><h1>")
                .append(escaped(curation.data()))
                .append("</h1><p>")
                .append(String.format(
                        Locale.ROOT,
                        "%,d pictures: %,d duplicates in %,d groups, %,d outliers, %,d broken%s. Features: ",
                        curation.pictures(),
                        curation.duplicates().flagged(),
                        curation.duplicates().groups(),
                        curation.outliers(),
                        curation.broken(),
                        curation.labels()
                                .map(found -> String.format(Locale.ROOT, ", %,d suspected labels", found.suspected()))
                                .orElse("")))
                .append(escaped(curation.features()))
                .append(". At most ")
                .append(SHOWN)
                .append(" of each kind are shown; curation.csv lists all.</p>");
        section(
                "Duplicates, with the first picture of each group",
                curation,
                CurationRow.DUPLICATE,
                CurationRow::duplicateScore);
        section("Suspected label errors", curation, CurationRow.LABEL, CurationRow::labelIssue);
        section("Outliers", curation, CurationRow.OUTLIER, CurationRow::outlier);
        section("Broken or of one colour", curation, CurationRow.BROKEN, CurationRow::outlier);
        classes(curation);
        return html.append("</main><footer>")
                .append(escaped(Provenance.line()))
                .append("</footer></body></html>\n")
                .toString();
    }

    private void section(String title, Curation curation, String flag, ToDoubleFunction<CurationRow> score) {
        List<CurationRow> rows = curation.rows().stream()
                .filter(row -> row.has(flag))
                .sorted(Comparator.comparingDouble(score).reversed())
                .limit(SHOWN)
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        html.append("<h2>").append(title).append("</h2><ul>");
        for (CurationRow row : rows) {
            html.append("<li>");
            picture(data, indices.get(row.path()));
            if (flag.equals(CurationRow.DUPLICATE)) {
                original(row);
            }
            String original = row.duplicateOf()
                    + (row.duplicateIn().equals(CurationRow.AGAINST)
                            ? " of " + against.orElseThrow().location()
                            : "");
            html.append("<br>").append(escaped(row.path()));
            html.append(row.label().isEmpty() ? "" : "<br>label " + escaped(row.label()));
            html.append(
                    flag.equals(CurationRow.LABEL) && !row.suggestedLabel().isEmpty()
                            ? ", rather " + escaped(row.suggestedLabel())
                            : "");
            html.append(flag.equals(CurationRow.DUPLICATE) ? "<br>as " + escaped(original) : "");
            html.append(String.format(Locale.ROOT, "<br>score %.3f</li>", score.applyAsDouble(row)));
        }
        html.append("</ul>");
    }

    private void original(CurationRow row) {
        if (row.duplicateIn().equals(CurationRow.AGAINST)) {
            picture(against.orElseThrow(), others.get(row.duplicateOf()));
        } else {
            picture(data, indices.get(row.duplicateOf()));
        }
    }

    private void classes(Curation curation) {
        if (curation.classes().isEmpty()) {
            return;
        }
        html.append("<h2>Classes that limit capacity</h2><table><tr><th>class<th>capacity<th>radius<th>dimension")
                .append("<th>share of the cost<th>capacity without it");
        curation.classes()
                .forEach(one -> html.append("<tr><td>")
                        .append(escaped(one.name()))
                        .append(String.format(
                                Locale.ROOT,
                                "<td>%.3f<td>%.3f<td>%.1f<td>%.1f %%<td>%.3f",
                                one.capacity(),
                                one.radius(),
                                one.dimension(),
                                100 * one.share(),
                                one.capacityWithout())));
        html.append("</table><h2>Pictures that cost most capacity</h2><ul>");
        for (Curation.PictureCost one : curation.costliest()) {
            html.append("<li>");
            picture(data, indices.get(one.path()));
            html.append("<br>").append(escaped(one.path())).append("<br>label ").append(escaped(one.label()));
            html.append(String.format(
                    Locale.ROOT,
                    "<br>%.2f %% of the cost, radius %.2f, capacity %.4f without it</li>",
                    100 * one.share(),
                    one.radius(),
                    one.capacityWithout()));
        }
        html.append("</ul>");
    }

    /** Nothing for a picture that cannot be read, which has no index. */
    private void picture(PictureSource source, @Nullable Integer index) {
        if (index != null) {
            html.append("<img alt=\"\" src=\"data:image/jpeg;base64,")
                    .append(Base64.getEncoder().encodeToString(jpeg(source.picture(index))))
                    .append("\">");
        }
    }

    private static byte[] jpeg(Picture picture) {
        BufferedImage full = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int i = 0; i < picture.width() * picture.height(); i++) {
            full.setRGB(
                    i % picture.width(),
                    i / picture.width(),
                    (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff));
        }
        double scale = Math.min(1, (double) SIDE / Math.max(picture.width(), picture.height()));
        int width = Math.max(1, (int) Math.round(scale * picture.width()));
        int height = Math.max(1, (int) Math.round(scale * picture.height()));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = small.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        pen.drawImage(full, 0, 0, width, height, null);
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(small, "jpeg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
