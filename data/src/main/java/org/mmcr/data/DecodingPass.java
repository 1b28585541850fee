package org.mmcr.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.mmcr.core.Futures;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes every file of a source once on several threads, to fill the cache and to find the broken files. */
final class DecodingPass {
    private static final Logger LOG = LoggerFactory.getLogger(DecodingPass.class);
    private static final long REPORT_NANOS = 10_000_000_000L;
    /** Number of files that a worker takes at a time: neighbours in an archive, few enough to balance the load. */
    private static final int BLOCK = 32;

    private final String location;
    private final FileTree tree;
    private final List<FileTree.Entry> files;
    private final PictureCache cache;
    /** What is wrong with each file; empty for a file that decodes. */
    private final String[] damage;

    private final long[] checksums;
    /** Whether each file decodes only in part. */
    private final boolean[] partial;
    /** Files that did not fit into memory beside those of the other threads. */
    private final Queue<Integer> large = new ConcurrentLinkedQueue<>();

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicLong reportAt = new AtomicLong(System.nanoTime() + REPORT_NANOS);

    DecodingPass(String location, FileTree tree, List<FileTree.Entry> files, PictureCache cache) {
        this.location = location;
        this.tree = tree;
        this.files = files;
        this.cache = cache;
        damage = new String[files.size()];
        checksums = new long[files.size()];
        partial = new boolean[files.size()];
        Arrays.fill(damage, "");
    }

    /**
     * Decodes the files.
     *
     * @throws MmcrException if all are broken, or, with strict options, any
     */
    void run(DataOptions options) {
        int blocks = (files.size() + BLOCK - 1) / BLOCK;
        decodeAll(Math.max(1, Math.min(options.threads(), blocks)));
        PictureDecoder alone = new PictureDecoder();
        large.forEach(index -> decode(alone, index, false));
        List<BrokenPicture> broken = broken();
        if (broken.size() == files.size()) {
            throw new MmcrException("none of the " + files.size() + " pictures in " + location
                    + " can be decoded, the first is " + broken.get(0).name() + ": "
                    + broken.get(0).reason()
                    + "; check that they are complete JPEG, PNG, WebP, TIFF, GIF or BMP files");
        }
        reportPartial();
        if (options.strict() && !broken.isEmpty()) {
            BrokenPicture first = broken.get(0);
            throw new MmcrException(broken.size() + " of " + files.size() + " pictures in " + location
                    + " are broken, the first is " + first.name() + ": " + first.reason()
                    + "; replace or remove it, or run without --strict to skip it");
        }
        if (!broken.isEmpty()) {
            BrokenPicture first = broken.get(0);
            LOG.warn(
                    "{}: left out {} of {} pictures that cannot be read, the first is {}: {}",
                    location,
                    broken.size(),
                    files.size(),
                    first.name(),
                    first.reason());
        }
    }

    private void reportPartial() {
        int[] found = IntStream.range(0, partial.length).filter(i -> partial[i]).toArray();
        if (found.length > 0) {
            LOG.warn(
                    "{}: {} of {} pictures are damaged and are used as far as they can be read, the first is {}",
                    location,
                    found.length,
                    files.size(),
                    files.get(found[0]).name());
        }
    }

    private void decodeAll(int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, DecodingPass::thread);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                workers.add(pool.submit(this::work));
            }
            workers.forEach(worker -> Futures.await(worker, location + " was read"));
        } catch (MmcrException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MmcrException("expected to read " + location + ", found " + e, e);
        } finally {
            next.set(files.size()); // ends the other workers after a failure
            pool.shutdown();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "mmcr-decode");
        thread.setDaemon(true);
        return thread;
    }

    private void work() {
        PictureDecoder decoder = new PictureDecoder();
        int from = next.getAndAdd(BLOCK);
        while (from < files.size()) {
            int to = Math.min(files.size(), from + BLOCK);
            for (int i = from; i < to; i++) {
                decode(decoder, i, true);
            }
            report(done.addAndGet(to - from));
            from = next.getAndAdd(BLOCK);
        }
    }

    /** Decodes a file; if memory runs out, it is decoded again later or counts as broken. */
    private void decode(PictureDecoder decoder, int index, boolean again) {
        try {
            byte[] content = tree.read(files.get(index));
            checksums[index] = Fingerprint.checksum(content);
            cache.put(index, decoder.decode(content));
            partial[index] = decoder.isDamaged();
        } catch (IOException e) {
            if (again && e.getCause() instanceof OutOfMemoryError) {
                large.add(index);
                return;
            }
            if (FileFailure.isOutOfFiles(e)) {
                throw FileFailure.exception("to read " + files.get(index).name() + " in " + location, e, "");
            }
            String message = String.valueOf(e.getMessage() == null ? e : e.getMessage());
            damage[index] = message.replaceAll("\\s+", " ");
        } catch (OutOfMemoryError e) {
            if (again) {
                large.add(index);
            } else {
                damage[index] = "reading it needs more memory; raise it with MMCR_JAVA_OPTS=-Xmx4g";
            }
        }
    }

    private void report(int finished) {
        long due = reportAt.get();
        long now = System.nanoTime();
        if (now - due > 0 && reportAt.compareAndSet(due, now + REPORT_NANOS)) {
            LOG.info("{}: decoded {} of {} pictures", location, finished, files.size());
        }
    }

    FileTree.Entry file(int index) {
        return files.get(index);
    }

    /** Returns the checksum of a file's content, as it was when the file was decoded. */
    long checksum(int index) {
        return checksums[index];
    }

    /** Returns the indices of the files that decode, ascending. */
    int[] decodable() {
        return IntStream.range(0, damage.length)
                .filter(i -> damage[i].isEmpty())
                .toArray();
    }

    /** Returns the other files, in order. */
    List<BrokenPicture> broken() {
        return IntStream.range(0, damage.length)
                .filter(i -> !damage[i].isEmpty())
                .mapToObj(i -> new BrokenPicture(files.get(i).name(), damage[i]))
                .toList();
    }
}
