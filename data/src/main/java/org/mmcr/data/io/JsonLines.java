package org.mmcr.data.io;

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

/**
 * Files of one JSON document per line that only grow. Another process may be writing the last line, so a line counts only once its newline
 * is there.
 */
public final class JsonLines {
    private static final int BLOCK = 1 << 20;

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
     * @throws JsonProcessingException if a complete line is not JSON
     */
    public static Block read(FileChannel channel, long start) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        byte[] rest = new byte[0];
        long position = start;
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (channel.read(block.clear(), position) > 0) {
            position += block.position();
            byte[] bytes = Arrays.copyOf(rest, rest.length + block.position());
            block.flip().get(bytes, rest.length, block.limit());
            int kept = 0;
            for (int i = rest.length; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    documents.add(Json.mapper().readTree(new String(bytes, kept, i - kept, StandardCharsets.UTF_8)));
                    kept = i + 1;
                }
            }
            rest = Arrays.copyOfRange(bytes, kept, bytes.length);
        }
        return new Block(documents, position - rest.length);
    }

    /** Appends a document in one line. */
    public static void append(FileChannel channel, Object document) throws IOException {
        AtomicFiles.append(channel, Json.line(document) + "\n");
    }
}
