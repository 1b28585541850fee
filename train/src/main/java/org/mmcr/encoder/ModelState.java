package org.mmcr.encoder;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.MmcrException;

/**
 * Named tensors in a file: weights, statistics, optimiser state. The layout is that of safetensors (eight bytes with the header's length, little-endian;
 * a JSON header; the tensors row-major and little-endian), so that other tools read it.
 *
 * <p>Data go between the file and the tensors' own memory; nothing passes through the Java heap, and files may be larger than 2 GB. Whoever writes is
 * responsible for writing beside and moving into place.
 */
public final class ModelState implements Closeable {
    private static final long CHUNK = 1L << 26;
    private static final long MAX_HEADER = 100_000_000;
    private static final int LENGTH_BYTES = 8;

    private final Path file;
    private final FileChannel channel;
    private final StateHeader header;
    private final long dataStart;

    private ModelState(Path file, FileChannel channel, StateHeader header, long dataStart) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.dataStart = dataStart;
    }

    /**
     * Writes a new file, or replaces its content, and forces it to the disk.
     *
     * @param metadata free text kept in the file, e.g. a version
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        byte[] header = StateHeader.of(tensors, metadata).encode();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            start.putLong(header.length).put(header).flip();
            writeAll(channel, start);
            for (Tensor tensor : tensors.values()) {
                writeTensor(channel, tensor);
            }
            channel.force(true);
        }
    }

    /**
     * Opens a file and checks its header against its size.
     *
     * @throws MmcrException when it is cut short, is something else, or its header points outside
     */
    public static ModelState open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            byte[] text = headerText(channel, file);
            long dataStart = LENGTH_BYTES + (long) text.length;
            StateHeader header = StateHeader.decode(text, channel.size() - dataStart, file.toString());
            return new ModelState(file, channel, header, dataStart);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Free text stored with the tensors. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /** Names in the order of the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    /** A new tensor in the caller's scope with the values stored under {@code name}. */
    public Tensor read(String name) throws IOException {
        StateHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new MmcrException("expected a tensor " + name + " in " + file + ", found only " + names());
        }
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        Tensor tensor = torch.empty(shape, new TensorOptions(entry.type().scalar()), new MemoryFormatOptional());
        readInto(entry, tensor);
        return tensor;
    }

    /** New tensors in the caller's scope with all stored values. */
    public Map<String, Tensor> readAll() throws IOException {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (String name : names()) {
            all.put(name, read(name));
        }
        return all;
    }

    /**
     * Fills live tensors of any layout with the stored values.
     *
     * @param what names the thing in the error, e.g. "model"
     * @throws MmcrException that lists missing, unexpected and mis-shaped tensors; then nothing has been changed
     */
    public void copyInto(Map<String, Tensor> targets, String what) throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        header.entries().forEach((name, entry) -> found.put(name, entry.describe()));
        TensorMaps.requireSame(found, TensorMaps.describe(targets), what);
        for (Map.Entry<String, Tensor> target : targets.entrySet()) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                target.getValue().copy_(read(target.getKey()));
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] headerText(FileChannel channel, Path file) throws IOException {
        long size = channel.size();
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (size < LENGTH_BYTES) {
            throw StateHeader.broken(file.toString(), "it has only " + size + " bytes");
        }
        readAll(channel, length, 0);
        long bytes = length.flip().getLong();
        if (bytes < 2 || bytes > MAX_HEADER || bytes > size - LENGTH_BYTES) {
            throw StateHeader.broken(
                    file.toString(), "its header would be " + bytes + " bytes long in a file of " + size + " bytes");
        }
        ByteBuffer text = ByteBuffer.allocate((int) bytes);
        readAll(channel, text, LENGTH_BYTES);
        return text.array();
    }

    private static void writeTensor(FileChannel channel, Tensor tensor) throws IOException {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor dense = tensor.detach().contiguous();
            long bytes = dense.nbytes();
            for (long done = 0; done < bytes; done += CHUNK) {
                writeAll(channel, memory(dense, done, Math.min(CHUNK, bytes - done)));
            }
        }
    }

    private void readInto(StateHeader.Entry entry, Tensor tensor) throws IOException {
        long bytes = entry.end() - entry.begin();
        for (long done = 0; done < bytes; done += CHUNK) {
            readAll(channel, memory(tensor, done, Math.min(CHUNK, bytes - done)), dataStart + entry.begin() + done);
        }
    }

    /** A window on a dense tensor's memory. */
    private static ByteBuffer memory(Tensor tensor, long from, long length) {
        return new BytePointer(tensor.data_ptr())
                .position(from)
                .limit(from + length)
                .asByteBuffer();
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void readAll(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            int count = channel.read(bytes, at);
            if (count < 0) {
                throw new EOFException("the file ended at byte " + at + " while it was being read");
            }
            at += count;
        }
    }
}
