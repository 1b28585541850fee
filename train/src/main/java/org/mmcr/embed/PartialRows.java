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
final class PartialRows implements AutoCloseable {
    private static final long COMMIT_NANOS = 5_000_000_000L;
    private static final int READ_FLOATS = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path rows;
    private final Path state;
    private final Provenance provenance;
    private final FileChannel channel;
    private final long begin;
    private final ByteBuffer buffer;
    private int written;
    private long committedAt = System.nanoTime();

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
        channel.position(position(done));
        written = done;
        buffer = ByteBuffer.allocateDirect(Math.max(1 << 18, provenance.dimension() * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Goes on with the rows beside {@code target} when they have the same provenance, else starts with none.
     *
     * @param multiple rows are kept in multiples of it, so that every batch is the one an uninterrupted pass would make
     */
    static PartialRows open(Path target, Provenance provenance, int multiple) throws IOException {
        Path rows = target.resolveSibling("." + target.getFileName() + ".rows");
        Path state = target.resolveSibling("." + target.getFileName() + ".rows.json");
        int done =
                done(rows, state, provenance, NpyFiles.floatHeader(provenance.rows(), provenance.dimension()).length);
        PartialRows partial =
                new PartialRows(rows, state, provenance, done == provenance.rows() ? done : done - done % multiple);
        partial.commit();
        return partial;
    }

    private static int done(Path rows, Path state, Provenance provenance, int header) throws IOException {
        if (!Files.exists(rows) || !Files.exists(state)) {
            return 0;
        }
        JsonNode found = read(state);
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

    /** Appends {@code count} rows. */
    void write(float[] values, int count) throws IOException {
        for (int i = 0; i < count * provenance.dimension(); i++) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            buffer.putFloat(values[i]);
        }
        written += count;
        if (System.nanoTime() - committedAt > COMMIT_NANOS) {
            commit();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Makes certain what is written so far. */
    void commit() throws IOException {
        flush();
        channel.force(false);
        ObjectNode document = JSON.createObjectNode().put("done", written);
        document.set("provenance", provenance.json());
        AtomicFiles.writeText(state, document + "\n");
        committedAt = System.nanoTime();
    }

    /** Takes a row: {@code values} from {@code offset} on. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(int row, float[] values, int offset) throws IOException;
    }

    /** Hands out the rows that are committed, in order, a few at a time in memory. */
    void forEach(RowConsumer consumer) throws IOException {
        int dimension = provenance.dimension();
        int step = Math.max(1, READ_FLOATS / dimension);
        ByteBuffer bytes = ByteBuffer.allocate(step * dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[step * dimension];
        for (int first = 0; first < written; first += step) {
            int count = Math.min(step, written - first);
            bytes.clear().limit(count * dimension * Float.BYTES);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, position(first) + bytes.position()) < 0) {
                    throw new IOException(rows + " ends early");
                }
            }
            bytes.flip().asFloatBuffer().get(values, 0, count * dimension);
            for (int i = 0; i < count; i++) {
                consumer.accept(first + i, values, i * dimension);
            }
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
