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
 * Rows that are finished, beside the file that all of them will make: {@code .X.rows}, that file once it is whole, and
 * {@code .X.rows.json}, which says whose rows they are, how many of them are on the disk for certain, and where these
 * end. Both outlive the process, so that the next one goes on there.
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

    /** So many rows take so many bytes, header included. */
    private record Extent(int rows, long bytes) {
        static final Extent NONE = new Extent(0, 0);
    }

    private PartialFile(Path target, Provenance provenance, RowFormat format, int multiple) throws IOException {
        rows = target.resolveSibling("." + target.getFileName() + ".rows");
        state = target.resolveSibling("." + target.getFileName() + ".rows.json");
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
     * Goes on with the rows beside {@code target} when they have the same provenance, else starts with none.
     *
     * @param multiple rows are kept in multiples of it, so that every batch is the one an uninterrupted pass would make
     */
    static PartialFile open(Path target, Provenance provenance, RowFormat format, int multiple) throws IOException {
        return new PartialFile(target, provenance, format, multiple);
    }

    private Extent found() throws IOException {
        if (!Files.exists(rows) || !Files.exists(state)) {
            return Extent.NONE;
        }
        JsonNode found = read(state);
        Extent said =
                new Extent(found.path("done").asInt(0), found.path("bytes").asLong(0));
        boolean ours = found.path("provenance").equals(provenance.json());
        boolean whole = said.rows() % multiple == 0 || said.rows() == provenance.rows();
        return ours && whole && said.bytes() <= Files.size(rows) ? said : Extent.NONE;
    }

    /** What is no JSON describes nobody's rows. */
    private static JsonNode read(Path state) throws IOException {
        try {
            return JSON.readTree(state.toFile());
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    /** How many rows there are to go on from. */
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

    /** Makes certain what is written so far. */
    void commit() throws IOException {
        Extent certain = extent;
        channel.force(false);
        ObjectNode document =
                JSON.createObjectNode().put("done", certain.rows()).put("bytes", certain.bytes());
        document.set("provenance", provenance.json());
        AtomicFiles.writeText(state, document + "\n");
    }

    /** Waits until what is written is on the disk. */
    void force() throws IOException {
        channel.force(false);
    }

    /** The finished rows, as the format writes them; another reads them while this goes on. */
    Path file() {
        return rows;
    }

    /** Takes away both files, or what is left of them. */
    void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(rows);
        Files.deleteIfExists(state);
    }

    /** Keeps what is written. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            commit();
            channel.close();
        }
    }
}
