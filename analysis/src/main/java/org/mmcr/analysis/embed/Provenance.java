package org.mmcr.analysis.embed;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;

/**
 * Everything that determines the embeddings of a source. Rows are resumed only under the provenance that began them.
 *
 * @param encoder identifies the weights; other weights have another name
 * @param data location and fingerprint of the source
 * @param rows N
 * @param dimension D
 * @param views one description per averaged crop
 * @param precision of the forward pass
 * @param version of mmcr
 * @param whitened statistics of whitened features; empty for the features as they are
 */
public record Provenance(
        String encoder,
        List<String> data,
        int rows,
        int dimension,
        List<String> views,
        String precision,
        String version,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Whitened> whitened) {
    /**
     * Whitening statistics of embeddings.
     *
     * @param ridge e, in units of the mean variance
     * @param samples number of samples of the statistics
     * @param of {@code run} if the run kept them, {@code data} if they were taken from the embedded data
     */
    public record Whitened(double ridge, int samples, String of) {}

    public Provenance {
        data = List.copyOf(data);
        views = List.copyOf(views);
    }

    /** Creates the provenance of embeddings that are not whitened. */
    public Provenance(
            String encoder,
            List<String> data,
            int rows,
            int dimension,
            List<String> views,
            String precision,
            String version) {
        this(encoder, data, rows, dimension, views, precision, version, Optional.empty());
    }

    /** Returns a stamp of a weights file or folder from names, sizes and times; replaced weights get another stamp. */
    public static String stamp(String weights) {
        StringBuilder stamp = new StringBuilder(weights);
        try (Stream<Path> files = Files.walk(Path.of(weights))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                stamp.append(' ')
                        .append(file.getFileName())
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file));
            }
        } catch (IOException e) {
            throw FileFailure.exception("to read " + weights, e, "check that it exists");
        }
        return stamp.toString();
    }

    /** Returns the bytes of one embedding in memory. */
    int rowBytes() {
        return dimension * Float.BYTES;
    }

    JsonNode json() {
        return Json.mapper().valueToTree(this);
    }
}
