package org.mmcr.explorer.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.explorer.WebAssets;
import org.mmcr.explorer.filter.PictureField;
import org.mmcr.report.page.InlineJson;
import org.mmcr.train.run.Machine;

/**
 * The map of some pictures as one HTML file, which needs neither a server nor a network. Its script draws it from the
 * JSON document in it; its content policy allows no request and no other script.
 *
 * @param html the page
 * @param message what was saved, for the user
 */
public record MapPage(String html, String message) {
    private static final ObjectMapper MAPPER = Json.mapper();
    private static final double DECIMALS = 1e4;

    /**
     * Returns the page of some pictures.
     *
     * @param coordinates (N, 2) of all pictures of the data
     * @param cluster of each picture of the data
     * @param colourBy the name of the field that colours the map at first; another one if it has no such field
     */
    public static MapPage of(ShownPictures shown, float[] coordinates, short[] cluster, String colourBy) {
        Optional<ThumbnailSheets> sheets = ThumbnailSheets.of(shown.data(), shown.indices());
        String thumbnails = sheets.map(of -> "thumbnails of " + of.side() + " x " + of.side() + " pixels")
                .orElseGet(() -> String.format(
                        Locale.ROOT,
                        "no thumbnails, which are left out of pages of more than %,d pictures",
                        ThumbnailSheets.MOST_PICTURES));
        ObjectNode document = MAPPER.createObjectNode()
                .put("mmcr", Machine.mmcrVersion())
                .put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("data", DataSources.withoutFolders(shown.data().location()))
                .put("total", shown.data().size())
                .put("note", thumbnails)
                .put("colour_by", colourBy);
        ArrayNode points = document.putArray("points");
        ArrayNode names = document.putArray("names");
        for (int picture : shown.indices()) {
            points.add(rounded(coordinates[2 * picture])).add(rounded(coordinates[2 * picture + 1]));
            names.add(shown.data().name(picture));
        }
        fields(document.putArray("fields"), shown, cluster);
        sheets.ifPresent(of -> document.set("sheets", MAPPER.valueToTree(of)));
        String message = String.format(
                Locale.ROOT, "map.html: %,d picture%s, %s", shown.size(), shown.size() == 1 ? "" : "s", thumbnails);
        return new MapPage(html(document), message);
    }

    private static double rounded(float coordinate) {
        return Math.round(coordinate * DECIMALS) / DECIMALS;
    }

    /** Adds the clusters and the fields that are values or numbers; a field without any is left out. */
    private static void fields(ArrayNode fields, ShownPictures shown, short[] cluster) {
        for (PictureField field : shown.fields()) {
            if (field instanceof PictureField.Values values && !values.values().isEmpty()) {
                ObjectNode node = fields.addObject().put("name", values.name());
                values.values().forEach(node.putArray("values")::add);
                ArrayNode of = node.putArray("of");
                for (int picture : shown.indices()) {
                    of.add(values.of().applyAsInt(picture));
                }
            } else if (field instanceof PictureField.Numbers numbers && numbers.isKnown(shown.indices())) {
                ArrayNode all = fields.addObject().put("name", numbers.name()).putArray("numbers");
                for (int picture : shown.indices()) {
                    double number = numbers.of().applyAsDouble(picture);
                    if (!Double.isFinite(number)) {
                        all.addNull();
                    } else if (number == (float) number) {
                        all.add((float) number);
                    } else {
                        all.add(number);
                    }
                }
            }
        }
        ObjectNode node = fields.addObject().put("name", "cluster");
        ArrayNode values = node.putArray("values");
        ArrayNode of = node.putArray("of");
        int most = 0;
        for (int picture : shown.indices()) {
            of.add(cluster[picture]);
            most = Math.max(most, cluster[picture]);
        }
        for (int value = 0; value <= most; value++) {
            values.add("cluster " + (value + 1));
        }
    }

    private static String html(ObjectNode document) {
        String style = "\n" + resource("style.css") + resource("saved-map.css");
        String theme = "\n" + resource("theme.js");
        String script = "\n" + ModuleBundle.of("saved-map.js");
        return resource("saved-map.html")
                .replace("{{style-hash}}", hash(style))
                .replace("{{script-hashes}}", hash(theme) + " " + hash(script))
                .replace("{{style}}", style)
                .replace("{{theme}}", theme)
                .replace("{{script}}", script)
                .replace("{{json}}", InlineJson.of(document));
    }

    private static String resource(String name) {
        return new String(WebAssets.read("web/" + name), StandardCharsets.UTF_8);
    }

    /** Returns the source of a content policy that allows an element with this text. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
