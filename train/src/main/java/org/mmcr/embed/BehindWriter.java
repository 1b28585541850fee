package org.mmcr.embed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.MmcrException;

/** Writes blocks of rows on a thread of its own while the next is embedded. Two of them are in memory. */
final class BehindWriter implements AutoCloseable {
    private final RowSink sink;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> Background.thread(task, "embedding-writer"));
    private final Slot[] slots = {new Slot(), new Slot()};
    private int next;
    private boolean failed; // of the writing thread

    private static final class Slot {
        private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
        private Future<?> written = CompletableFuture.completedFuture(null);
    }

    BehindWriter(RowSink sink) {
        this.sink = sink;
    }

    /**
     * Copies a block and has it written.
     *
     * @param block float32 (rows, D), contiguous
     * @throws UncheckedIOException if an earlier block could not be written; later ones are not, then
     */
    void write(int first, Tensor block) {
        Slot slot = slots[next];
        next = 1 - next;
        await(slot);
        slot.buffer = copy(block, slot.buffer);
        ByteBuffer rows = slot.buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        slot.written = thread.submit(() -> {
            if (!failed) {
                failed = true;
                sink.write(first, rows);
                failed = false;
            }
            return null;
        });
    }

    private static ByteBuffer copy(Tensor block, ByteBuffer old) {
        int bytes = Math.toIntExact(block.nbytes());
        ByteBuffer buffer = old.capacity() < bytes ? ByteBuffer.allocateDirect(bytes) : old;
        BytePointer source = new BytePointer(block.data_ptr()).capacity(bytes);
        return buffer.clear().put(source.asByteBuffer()).flip();
    }

    private static void await(Slot slot) {
        try {
            slot.written.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MmcrException(
                    "interrupted while embeddings were written; give the same command again to go on", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new UncheckedIOException(cause);
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Waits until every block is written. */
    void finish() {
        await(slots[next]);
        await(slots[1 - next]);
    }

    @Override
    public void close() {
        Background.end(thread);
    }
}
