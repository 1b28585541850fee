package org.mmcr.data.io;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of one JSON document per line that only grow. Another process may be writing the last line, so a line counts
 * only once its newline is there.
 */
public final class JsonLines {
    private static final int BLOCK = 1 << 20;
    private static final int SHOWN = 60;

    private JsonLines() {}

    /**
     * Documents of complete lines.
     *
     * @param documents in the order of the file
     * @param end position behind the last of these lines
     */
    public record Block(List<JsonNode> documents, long end) {
        public Block {
            documents = List.copyOf(documents);
        }
    }

    /** Reads all complete lines of a file. */
    public static List<JsonNode> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return read(channel, 0).documents();
        }
    }

    /**
     * Reads the complete lines from a position on, which must be the start of a line.
     *
     * @throws JsonProcessingException if a complete line is not JSON; names the line, counted from {@code start}
     */
    public static Block read(FileChannel channel, long start) throws IOException {
        long size = channel.size();
        if (size <= start) {
            return new Block(List.of(), start); // polled often: an idle file must cost no memory
        }
        List<JsonNode> documents = new ArrayList<>();
        byte[] rest = new byte[0];
        long position = start;
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, size - start));
        while (channel.read(block.clear(), position) > 0) {
            position += block.position();
            byte[] bytes = Arrays.copyOf(rest, rest.length + block.position());
            block.flip().get(bytes, rest.length, block.limit());
            int kept = 0;
            for (int i = rest.length; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    String line = new String(bytes, kept, i - kept, StandardCharsets.UTF_8);
                    documents.add(parse(line, documents.size() + 1));
                    kept = i + 1;
                }
            }
            rest = Arrays.copyOfRange(bytes, kept, bytes.length);
        }
        return new Block(documents, position - rest.length);
    }

    private static JsonNode parse(String line, int number) throws JsonProcessingException {
        try {
            JsonNode document = Json.mapper().readTree(line);
            if (!document.isMissingNode()) {
                return document;
            }
        } catch (JsonProcessingException e) {
            throw notJson(line, number, e);
        }
        throw notJson(line, number, null);
    }

    private static JsonParseException notJson(String line, int number, @Nullable Throwable cause) {
        String shown = line.substring(0, Math.min(SHOWN, line.length())).replaceAll("\\R", " ");
        return new JsonParseException(null, "expected JSON in line " + number + ", found '" + shown + "'", cause);
    }

    /** Appends a document in one line. */
    public static void append(FileChannel channel, Object document) throws IOException {
        AtomicFiles.append(channel, Json.line(document) + "\n");
    }
}
