package org.mmcr.train.encoder;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
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
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/**
 * A safetensors file with named tensors: weights, statistics, optimiser state. The format is eight bytes with the
 * header's length (little-endian), a JSON header, and the tensors (row-major, little-endian).
 *
 * <p>A file is read through a memory mapping and written from the tensors' own memory. Nothing passes through the Java
 * heap, and files may be larger than 2 GB. {@link #write} is not atomic; callers write to a temporary file and move it
 * into place.
 */
public final class ModelState implements Closeable {
    private static final long CHUNK = 1L << 26;
    private static final long MAX_HEADER = 100_000_000;
    private static final int LENGTH_BYTES = 8;
    /**
     * "PK", the first bytes of a .pth file of PyTorch. Read as the length of a header it exceeds {@link #MAX_HEADER}.
     */
    private static final short ZIP = 0x4b50;

    private final Path file;
    /**
     * The whole file as bytes. libtorch maps it, because it can unmap it at once; Java unmaps only at garbage
     * collection.
     */
    private final Tensor mapped;

    private final StateHeader header;
    private final long dataStart;

    private ModelState(Path file, Tensor mapped, StateHeader header, long dataStart) {
        this.file = file;
        this.mapped = mapped;
        this.header = header;
        this.dataStart = dataStart;
    }

    /**
     * Creates or replaces a file and forces it to disk.
     *
     * @param metadata free text stored in the file, e.g. a version
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
     * @throws MmcrException if it is truncated, of another format, or its header points outside the file
     */
    public static ModelState open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] text = headerText(channel, file);
            long dataStart = LENGTH_BYTES + (long) text.length;
            StateHeader header = StateHeader.decode(text, channel.size() - dataStart, file.toString());
            return new ModelState(file, map(file, channel.size()), header, dataStart);
        }
    }

    private static Tensor map(Path file, long bytes) {
        Tensor mapped = torch.from_file(
                file.toString(), new BoolOptional(false), new LongOptional(bytes), new TensorOptions(ScalarType.Byte));
        mapped.retainReference();
        return mapped;
    }

    /** Free text stored with the tensors. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /** Names in the order of the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    /** Returns a new tensor in the caller's scope with the values stored under {@code name}. */
    public Tensor read(String name) {
        StateHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new MmcrException("expected a tensor " + name + " in " + file + ", found only " + names());
        }
        return view(entry).clone();
    }

    /** Returns new tensors in the caller's scope with all stored values. */
    public Map<String, Tensor> readAll() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (String name : names()) {
            all.put(name, read(name));
        }
        return all;
    }

    /**
     * Copies the stored values into live tensors of any layout.
     *
     * @param what name of the targets in errors, e.g. "model"
     * @throws MmcrException if tensors are missing, unexpected or of another shape; then nothing has been changed
     */
    public void copyInto(Map<String, Tensor> targets, String what) {
        Map<String, String> found = new LinkedHashMap<>();
        header.entries().forEach((name, entry) -> found.put(name, entry.describe()));
        TensorMaps.requireSame(found, TensorMaps.describe(targets), what);
        copy(targets);
    }

    /**
     * Copies stored values into tensors, each of which has a counterpart of equal shape in the file; number types are
     * converted.
     */
    void copy(Map<String, Tensor> targets) {
        for (Map.Entry<String, Tensor> target : targets.entrySet()) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                target.getValue().copy_(view(header.entries().get(target.getKey())));
            }
        }
    }

    /** Type and shape of every tensor in the file, by name. */
    Map<String, StateHeader.Entry> entries() {
        return header.entries();
    }

    /** The tensor in the mapped file, or a copy if its bytes are not aligned to the size of its numbers. */
    Tensor view(StateHeader.Entry entry) {
        long first = dataStart + entry.begin();
        Tensor bytes = mapped.narrow(0, first, entry.end() - entry.begin());
        Tensor aligned = first % entry.type().bytes() == 0 ? bytes : bytes.clone();
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        return aligned.view(entry.type().scalar()).view(shape);
    }

    @Override
    public void close() {
        mapped.close();
    }

    private static byte[] headerText(FileChannel channel, Path file) throws IOException {
        long size = channel.size();
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (size < LENGTH_BYTES) {
            throw StateHeader.broken(file.toString(), "it has only " + size + " bytes");
        }
        readAll(channel, length, 0);
        long bytes = length.flip().getLong();
        if (length.getShort(0) == ZIP) {
            throw StateHeader.broken(
                    file.toString(), "it is a PyTorch archive (convert it with safetensors.torch.save_file)");
        }
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
            Tensor dense = tensor.detach().cpu().contiguous();
            long bytes = dense.nbytes();
            for (long done = 0; done < bytes; done += CHUNK) {
                writeAll(channel, memory(dense, done, Math.min(CHUNK, bytes - done)));
            }
        }
    }

    /**
     * A buffer over part of a dense tensor's memory. It starts at its own address, because a buffer from the tensor's
     * start ends at 2 GB.
     */
    static ByteBuffer memory(Tensor tensor, long from, long length) {
        return new BytePointer(tensor.data_ptr())
                .getPointer(from)
                .capacity(length)
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
