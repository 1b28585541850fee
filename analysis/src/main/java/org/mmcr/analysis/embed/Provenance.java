package org.mmcr.analysis.embed;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/**
 * What decides every number of the embeddings of a source: rows begun under one provenance are continued under no
 * other.
 *
 * @param encoder names the weights so that other weights have another name
 * @param data location and fingerprint of the source
 * @param rows N
 * @param dimension D
 * @param views one text for each crop that is averaged
 * @param precision of the forward pass
 * @param version of mmcr
 */
public record Provenance(
        String encoder,
        List<String> data,
        int rows,
        int dimension,
        List<String> views,
        String precision,
        String version) {
    public Provenance {
        data = List.copyOf(data);
        views = List.copyOf(views);
    }

    /** A file or folder of weights by name, sizes and times: other weights in the same place have another stamp. */
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
            throw new MmcrException("expected to read " + weights + ", found " + e + "; check that it is there", e);
        }
        return stamp.toString();
    }

    /** Bytes of one embedding in memory. */
    int rowBytes() {
        return dimension * Float.BYTES;
    }

    JsonNode json() {
        return Json.mapper().valueToTree(this);
    }
}
