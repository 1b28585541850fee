package org.mmcr.analysis.embed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;

/**
 * The finished rows of an embedding file, stored beside it. {@code .X.rows} has the rows and becomes the file when all
 * are there; {@code .X.rows.json} has their provenance, the number of rows that are safely on disk, and where they end.
 * Both outlive the process, so that the next one resumes from them.
 */
final class PartialFile implements RowSink, AutoCloseable {
    private static final ObjectMapper JSON = Json.mapper();

    private final Path rows;
    private final Path state;
    private final Provenance provenance;
    private final RowFormat format;
    private final int multiple;
    private final FileChannel channel;
    private volatile Extent extent;

    /** A number of rows and the bytes they take, header included. */
    private record Extent(int rows, long bytes) {
        static final Extent NONE = new Extent(0, 0);
    }

    private PartialFile(Path target, Provenance provenance, RowFormat format, int multiple) throws IOException {
        rows = target.resolveSibling("." + target.getFileName() + ".rows");
        state = state(target);
        this.provenance = provenance;
        this.format = format;
        this.multiple = multiple;
        extent = found();
        channel = FileChannel.open(rows, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.truncate(extent.bytes()).position(extent.bytes());
        if (extent.bytes() == 0) { // an earlier pass may have come as far as the header
            format.begin(channel);
            extent = new Extent(0, channel.position());
            commit(); // what is written from here on is not what the file of an earlier pass says
        }
    }

    /**
     * Resumes from the rows beside {@code target} if they have the same provenance, else starts with none.
     *
     * @param multiple rows are kept in multiples of it, so that batches are those of an uninterrupted pass
     */
    static PartialFile open(Path target, Provenance provenance, RowFormat format, int multiple) throws IOException {
        return new PartialFile(target, provenance, format, multiple);
    }

    private static Path state(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".rows.json");
    }

    /** Returns whether the rows of a pass that was stopped lie beside {@code target}. */
    static boolean isBeside(Path target) {
        return Files.exists(state(target));
    }

    private Extent found() throws IOException {
        if (!Files.exists(rows) || !Files.exists(state)) {
            return Extent.NONE;
        }
        JsonNode found = read(state);
        Extent said =
                new Extent(found.path("done").asInt(0), found.path("bytes").asLong(0));
        boolean ours = found.path("provenance").equals(provenance.json());
        boolean possible = said.rows() >= 0 && said.bytes() >= 0 && said.bytes() <= Files.size(rows);
        boolean whole = said.rows() % multiple == 0 || said.rows() == provenance.rows();
        return ours && possible && whole ? said : Extent.NONE;
    }

    /** A file that is not JSON describes no rows. */
    private static JsonNode read(Path state) throws IOException {
        try {
            return JSON.readTree(state.toFile());
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    /** Returns the number of rows to resume from. */
    int written() {
        return extent.rows();
    }

    @Override
    public void write(int first, ByteBuffer values) throws IOException {
        int end = first + values.remaining() / provenance.rowBytes();
        format.write(first, values, channel);
        if (end % multiple == 0 || end == provenance.rows()) {
            extent = new Extent(end, channel.position());
        }
    }

    /** Forces what was written so far to disk and records it. */
    void commit() throws IOException {
        Extent certain = extent;
        channel.force(false);
        ObjectNode document =
                JSON.createObjectNode().put("done", certain.rows()).put("bytes", certain.bytes());
        document.set("provenance", provenance.json());
        AtomicFiles.writeText(state, document + "\n");
    }

    /** Forces what was written to disk. */
    void force() throws IOException {
        channel.force(false);
    }

    /** Returns the finished rows in their format; they may be read while more are written. */
    Path file() {
        return rows;
    }

    /** Deletes both files, if they exist. */
    void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(rows);
        Files.deleteIfExists(state);
    }

    /** Closes the files and keeps them. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            commit();
            channel.close();
        }
    }
}
