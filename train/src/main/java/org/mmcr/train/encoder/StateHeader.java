package org.mmcr.train.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/**
 * The JSON header of a safetensors file.
 *
 * @param entries type, shape and byte range of each tensor, by name
 * @param metadata free text under {@code __metadata__}
 */
record StateHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    private static final ObjectReader STRICT =
            Json.mapper().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    private static final String METADATA = "__metadata__";

    /**
     * Type, shape and position of a tensor: bytes [begin, end) from the end of the header, row-major, little-endian.
     */
    record Entry(ElementType type, List<Long> shape, long begin, long end) {
        String describe() {
            return TensorMaps.describe(type.scalar().name(), shape);
        }
    }

    /** Header of tensors that are stored in the order of the map. */
    static StateHeader of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long position = 0;
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            Tensor tensor = named.getValue();
            long end = position + tensor.nbytes();
            entries.put(
                    named.getKey(),
                    new Entry(ElementType.of(tensor.scalar_type()), TensorMaps.shape(tensor), position, end));
            position = end;
        }
        return new StateHeader(entries, new TreeMap<>(metadata)); // so that a file has the same bytes in every process
    }

    /** Encodes as UTF-8 JSON, padded with blanks so that the data start at a multiple of eight bytes. */
    byte[] encode() {
        ObjectNode root = Json.mapper().createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = root.putObject(METADATA);
            metadata.forEach(texts::put);
        }
        entries.forEach((name, entry) -> {
            ObjectNode node = root.putObject(name);
            node.put("dtype", entry.type.label());
            ArrayNode shape = node.putArray("shape");
            entry.shape.forEach(side -> shape.add(side));
            node.putArray("data_offsets").add(entry.begin).add(entry.end);
        });
        byte[] text = root.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + 7) / 8 * 8;
        byte[] header = Arrays.copyOf(text, padded);
        Arrays.fill(header, text.length, padded, (byte) ' ');
        return header;
    }

    /**
     * Reads and checks a header.
     *
     * @param dataBytes number of bytes that follow it in the file
     * @param file name of the file, for errors
     */
    static StateHeader decode(byte[] text, long dataBytes, String file) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : parse(text, file).properties()) {
            if (field.getKey().equals(METADATA)) {
                field.getValue()
                        .properties()
                        .forEach(t -> metadata.put(t.getKey(), t.getValue().asText()));
            } else {
                entries.put(field.getKey(), entry(field.getKey(), field.getValue(), dataBytes, file));
            }
        }
        requireFilled(entries, dataBytes, file);
        return new StateHeader(entries, metadata);
    }

    /**
     * Checks that there are neither overlaps nor gaps, which could hide bytes or be read in two ways; the format
     * forbids them.
     */
    private static void requireFilled(Map<String, Entry> entries, long dataBytes, String file) {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(Comparator.comparingLong((Map.Entry<String, Entry> named) -> named.getValue().begin)
                .thenComparingLong(named -> named.getValue().end));
        long position = 0;
        for (Map.Entry<String, Entry> named : inOrder) {
            long begin = named.getValue().begin;
            if (begin < position) {
                throw broken(
                        file,
                        "tensor " + named.getKey() + " begins at byte " + begin
                                + ", inside the tensor before it, which ends at " + position);
            }
            if (begin > position) {
                throw broken(file, "bytes " + position + " to " + begin + " belong to no tensor");
            }
            position = named.getValue().end;
        }
        if (position != dataBytes) {
            throw broken(file, "bytes " + position + " to " + dataBytes + " belong to no tensor");
        }
    }

    private static JsonNode parse(byte[] text, String file) {
        try {
            JsonNode root = STRICT.readTree(text);
            if (root != null && root.isObject()) {
                return root;
            }
            throw broken(file, "its header is not a JSON object");
        } catch (JsonProcessingException e) {
            throw broken(file, "its header is not JSON");
        } catch (IOException e) {
            throw broken(file, "its header cannot be read");
        }
    }

    private static Entry entry(String name, JsonNode node, long dataBytes, String file) {
        JsonNode offsets = node.path("data_offsets");
        ElementType type = ElementType.named(node.path("dtype").asText())
                .orElseThrow(() -> broken(file, "tensor " + name + " has the unknown type " + node.path("dtype")));
        if (offsets.size() != 2 || !node.path("shape").isArray()) {
            throw broken(file, "tensor " + name + " has no shape or data_offsets");
        }
        List<Long> shape = new ArrayList<>();
        node.path("shape").forEach(side -> shape.add(side.asLong(-1)));
        Entry entry = new Entry(
                type, shape, offsets.path(0).asLong(-1), offsets.path(1).asLong(-1));
        if (entry.begin < 0 || entry.end < entry.begin || entry.end > dataBytes) {
            throw broken(
                    file,
                    "tensor " + name + " should be at bytes " + entry.begin + " to " + entry.end + " of " + dataBytes
                            + " (the file may be cut short)");
        }
        if (shape.stream().anyMatch(side -> side < 0) || bytes(type, shape) != entry.end - entry.begin) {
            throw broken(
                    file,
                    "tensor " + name + " of " + entry.describe() + " does not fill its " + (entry.end - entry.begin)
                            + " bytes");
        }
        return entry;
    }

    private static long bytes(ElementType type, List<Long> shape) {
        long count = type.bytes();
        for (long side : shape) {
            try {
                count = Math.multiplyExact(count, side);
            } catch (ArithmeticException e) {
                return -1;
            }
        }
        return count;
    }

    static MmcrException broken(String file, String why) {
        return new MmcrException("expected a safetensors file at " + file + ", but " + why
                + "; use another checkpoint or write it again");
    }
}
