package org.mmcr.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every file of a source decoded once by several threads; what it finds does not depend on their number. */
final class FirstPass {
    private static final Logger LOG = LoggerFactory.getLogger(FirstPass.class);
    private static final long REPORT_NANOS = 10_000_000_000L;
    /** Files a worker takes at a time: neighbours in an archive, few enough to share the tail evenly. */
    private static final int BLOCK = 32;

    private final String location;
    private final FileTree tree;
    private final List<FileTree.Entry> files;
    private final PictureCache cache;
    private final String[] damage;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicLong reportAt = new AtomicLong(System.nanoTime() + REPORT_NANOS);

    FirstPass(String location, FileTree tree, List<FileTree.Entry> files, PictureCache cache) {
        this.location = location;
        this.tree = tree;
        this.files = files;
        this.cache = cache;
        damage = new String[files.size()];
        Arrays.fill(damage, "");
    }

    /** Fills the cache and finds what is broken; all of it, or (strict) any of it, is an error. */
    void run(DataOptions options) {
        int blocks = (files.size() + BLOCK - 1) / BLOCK;
        decodeAll(Math.max(1, Math.min(options.threads(), blocks)));
        List<BrokenPicture> broken = broken();
        if (broken.size() == files.size()) {
            throw new MmcrException("none of the " + files.size() + " pictures in " + location
                    + " can be decoded, the first is " + broken.get(0).name() + ": "
                    + broken.get(0).reason() + "; check that they are JPEG, PNG, GIF or BMP and complete");
        }
        if (options.strict() && !broken.isEmpty()) {
            BrokenPicture first = broken.get(0);
            throw new MmcrException(broken.size() + " of " + files.size() + " pictures in " + location
                    + " are broken, the first is " + first.name() + ": " + first.reason()
                    + "; mend or remove it, or run without --strict to skip it");
        }
    }

    private void decodeAll(int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, FirstPass::thread);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                workers.add(pool.submit(this::work));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MmcrException("interrupted while reading " + location, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MmcrException expected
                    ? expected
                    : new MmcrException("cannot read " + location + ": " + e.getCause(), e);
        } finally {
            next.set(files.size());
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
                decode(decoder, i);
            }
            report(done.addAndGet(to - from));
            from = next.getAndAdd(BLOCK);
        }
    }

    private void decode(PictureDecoder decoder, int index) {
        try {
            cache.put(index, decoder.decode(tree.read(files.get(index))));
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage() == null ? e : e.getMessage());
            damage[index] = message.replaceAll("\\s+", " ");
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

    /** Files that decoded, ascending. */
    int[] good() {
        return IntStream.range(0, damage.length)
                .filter(i -> damage[i].isEmpty())
                .toArray();
    }

    /** The others, in order. */
    List<BrokenPicture> broken() {
        return IntStream.range(0, damage.length)
                .filter(i -> !damage[i].isEmpty())
                .mapToObj(i -> new BrokenPicture(files.get(i).name(), damage[i]))
                .toList();
    }
}
