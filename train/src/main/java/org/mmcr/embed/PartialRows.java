package org.mmcr.embed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mmcr.data.NpyFiles;
import org.mmcr.run.AtomicFiles;

/**
 * Rows that are finished, beside the file that all of them will make: {@code .X.rows}, a {@code .npy} file once it is whole,
 * and {@code .X.rows.json}, which says whose rows they are and how many of them are on the disk for certain. Both outlive the
 * process, so that the next one goes on there.
 */
final class PartialRows implements RowSink, AutoCloseable {
    private static final int READ_BYTES = 1 << 18;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path rows;
    private final Path state;
    private final Provenance provenance;
    private final FileChannel channel;
    private final long begin;
    private volatile int written;

    private PartialRows(Path rows, Path state, Provenance provenance, int done) throws IOException {
        this.rows = rows;
        this.state = state;
        this.provenance = provenance;
        byte[] header = NpyFiles.floatHeader(provenance.rows(), provenance.dimension());
        begin = header.length;
        channel = FileChannel.open(rows, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.truncate(position(done));
        if (done == 0) {
            channel.write(ByteBuffer.wrap(header), 0);
        }
        written = done;
    }

    /**
     * Goes on with the rows beside {@code target} when they have the same provenance, else starts with none.
     *
     * @param multiple rows are kept in multiples of it, so that every batch is the one an uninterrupted pass would make
     */
    static PartialRows open(Path target, Provenance provenance, int multiple) throws IOException {
        Path rows = target.resolveSibling("." + target.getFileName() + ".rows");
        Path state = target.resolveSibling("." + target.getFileName() + ".rows.json");
        int there = done(rows, state, provenance);
        int done = there == provenance.rows() ? there : there - there % multiple;
        PartialRows partial = new PartialRows(rows, state, provenance, done);
        if (there == 0 || done < there) {
            partial.commit(); // what is written from here on is not what the file of an earlier pass says
        }
        return partial;
    }

    private static int done(Path rows, Path state, Provenance provenance) throws IOException {
        if (!Files.exists(rows) || !Files.exists(state)) {
            return 0;
        }
        JsonNode found = read(state);
        int header = NpyFiles.floatHeader(provenance.rows(), provenance.dimension()).length;
        long there = (Files.size(rows) - header) / ((long) provenance.dimension() * Float.BYTES);
        int done = found.path("done").asInt(0);
        return found.path("provenance").equals(provenance.json()) && done <= there ? done : 0;
    }

    /** What is no JSON describes nobody's rows. */
    private static JsonNode read(Path state) throws IOException {
        try {
            return JSON.readTree(state.toFile());
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    private long position(int row) {
        return begin + (long) row * provenance.dimension() * Float.BYTES;
    }

    /** How many rows there are. */
    int written() {
        return written;
    }

    @Override
    public void write(int first, ByteBuffer values) throws IOException {
        int count = values.remaining() / (provenance.dimension() * Float.BYTES);
        long at = position(first);
        while (values.hasRemaining()) {
            at += channel.write(values, at);
        }
        written = first + count;
    }

    /** Makes certain what is written so far. */
    void commit() throws IOException {
        int certain = written;
        force();
        ObjectNode document = JSON.createObjectNode().put("done", certain);
        document.set("provenance", provenance.json());
        AtomicFiles.writeText(state, document + "\n");
    }

    /** Waits until what is written is on the disk. */
    void force() throws IOException {
        channel.force(false);
    }

    /** Hands out the rows that there are, in order, a few at a time in memory. */
    void forEach(RowSink sink) throws IOException {
        int row = provenance.dimension() * Float.BYTES;
        int step = Math.max(1, READ_BYTES / row);
        ByteBuffer values = ByteBuffer.allocateDirect(step * row).order(ByteOrder.LITTLE_ENDIAN);
        for (int first = 0; first < written; first += step) {
            values.clear().limit(Math.min(step, written - first) * row);
            while (values.hasRemaining()) {
                if (channel.read(values, position(first) + values.position()) < 0) {
                    throw new IOException(rows + " ends early");
                }
            }
            sink.write(first, values.flip());
        }
    }

    /** The finished {@code .npy} file. */
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
