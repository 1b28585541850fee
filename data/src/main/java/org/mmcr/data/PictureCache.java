package org.mmcr.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.TemporaryFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache of decoded pictures that holds all pictures of a source or none. Up to a quarter of the heap is used;
 * further pictures, or all of them if a cache directory is given, go to a memory-mapped temporary file. Beyond the
 * budget the cache empties itself, and the source decodes on each access.
 */
final class PictureCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PictureCache.class);

    private final @Nullable Picture[] inMemory;
    private final long[] offsets;
    private final int[] heights;
    private final int[] widths;
    private final DataOptions options;
    private final long memoryLimit;
    private final AtomicLong total = new AtomicLong();
    private final AtomicLong onDisk = new AtomicLong();
    private volatile boolean overflowed;
    private Optional<TemporaryFile> file = Optional.empty();
    private MappedBytes mapped = MappedBytes.of(new byte[0]);

    PictureCache(int size, DataOptions options) {
        this.options = options;
        inMemory = new Picture[size];
        offsets = new long[size];
        heights = new int[size];
        widths = new int[size];
        memoryLimit = options.cacheDirectory().isPresent()
                ? 0
                : Math.min(options.cacheBudgetBytes(), Runtime.getRuntime().maxMemory() / 4);
    }

    /** Adds a picture; called once for each index, from any thread. */
    void put(int index, Picture picture) {
        if (overflowed) {
            return;
        }
        long after = total.addAndGet(picture.rgb().length);
        if (after > options.cacheBudgetBytes()) {
            overflowed = true;
        } else if (after <= memoryLimit) {
            inMemory[index] = picture;
        } else {
            write(index, picture);
        }
    }

    private void write(int index, Picture picture) {
        int length = picture.rgb().length;
        offsets[index] = onDisk.getAndAdd(length);
        heights[index] = picture.height();
        widths[index] = picture.width();
        TemporaryFile target = temporaryFile();
        try {
            target.write(ByteBuffer.wrap(picture.rgb()), offsets[index]);
        } catch (MmcrException e) {
            LOG.warn("pictures are decoded on each access, because they cannot be cached: {}", e.getMessage());
            overflowed = true;
        }
    }

    private synchronized TemporaryFile temporaryFile() {
        if (file.isEmpty()) {
            file = Optional.of(new TemporaryFile(options.cacheDirectory()));
        }
        return file.get();
    }

    /** Ends writing, so that {@link #get} can be called. Called once, after all writers have ended. */
    void seal() {
        if (!overflowed && file.isPresent()) {
            try {
                mapped = file.get().seal();
            } catch (IOException e) {
                LOG.warn("cannot map the cache of decoded pictures ({})", e.toString());
                overflowed = true;
            }
        }
        if (overflowed) {
            close();
            LOG.info(
                    "decoded pictures exceed the cache budget of {} bytes; they are decoded on each access",
                    options.cacheBudgetBytes());
        }
    }

    /** Returns whether the cache holds all pictures. */
    boolean isComplete() {
        return !overflowed;
    }

    /** Returns a cached picture, which must not be modified; empty if the cache is empty. */
    Optional<Picture> get(int index) {
        if (overflowed) {
            return Optional.empty();
        }
        Picture kept = inMemory[index];
        if (kept != null) {
            return Optional.of(kept);
        }
        byte[] rgb = mapped.read(offsets[index], heights[index] * widths[index] * 3);
        return Optional.of(new Picture(heights[index], widths[index], rgb));
    }

    @Override
    public void close() {
        Arrays.fill(inMemory, null);
        overflowed = true;
        mapped = MappedBytes.of(new byte[0]);
        file.ifPresent(TemporaryFile::close);
        file = Optional.empty();
    }
}
