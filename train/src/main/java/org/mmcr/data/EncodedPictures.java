package org.mmcr.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.mmcr.MmcrException;

/**
 * Encoded pictures of a {@link FileTree}. Every picture is decoded once when the source is opened, so what is broken is
 * known before the first step; the decoded bytes are kept when they fit the budget.
 */
final class EncodedPictures implements DataSource {
    private final String location;
    private final FileTree tree;
    private final List<FileTree.Entry> entries;
    private final List<BrokenPicture> broken;
    private final List<String> classNames;
    private final int[] labels;
    private final PictureStore store;

    private EncodedPictures(
            String location,
            FileTree tree,
            List<FileTree.Entry> entries,
            List<BrokenPicture> broken,
            PictureStore store) {
        this.location = location;
        this.tree = tree;
        this.entries = entries;
        this.broken = List.copyOf(broken);
        this.store = store;
        this.classNames = classNames(entries);
        this.labels = classNames.isEmpty()
                ? new int[0]
                : entries.stream()
                        .mapToInt(e -> classNames.indexOf(topFolder(e.name())))
                        .toArray();
    }

    static EncodedPictures open(String location, FileTree tree, DataOptions options) throws IOException {
        FileTree.Entry[] files = tree.entries().stream()
                .filter(entry -> PictureDecoder.isPicture(entry.name()))
                .toArray(FileTree.Entry[]::new);
        if (files.length == 0) {
            throw new MmcrException("no picture found in " + location + ": looked for .jpg, .jpeg, .png, .gif and .bmp"
                    + " files at any depth and found " + tree.entries().size()
                    + " other files; name a folder or archive#folder that holds pictures");
        }
        Opening opening = new Opening(tree, files, options);
        opening.decodeAll(location);
        return new EncodedPictures(location, tree, opening.good(), opening.broken(), opening.store());
    }

    private static List<String> classNames(List<FileTree.Entry> entries) {
        boolean everyPictureInAFolder =
                entries.stream().allMatch(entry -> entry.name().contains("/"));
        return everyPictureInAFolder
                ? entries.stream()
                        .map(e -> topFolder(e.name()))
                        .distinct()
                        .sorted()
                        .toList()
                : List.of();
    }

    private static String topFolder(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public Picture picture(int index) {
        return store.get(index);
    }

    @Override
    public String name(int index) {
        return entries.get(index).name();
    }

    @Override
    public OptionalInt label(int index) {
        return classNames.isEmpty() ? OptionalInt.empty() : OptionalInt.of(labels[index]);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public List<BrokenPicture> broken() {
        return broken;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        entries.forEach(entry -> fingerprint.add(entry.name()).add(entry.size()));
        return fingerprint.hex();
    }

    @Override
    public void close() {
        store.close();
        try {
            tree.close();
        } catch (IOException e) {
            throw new MmcrException("cannot close " + location + ": " + e.getMessage(), e);
        }
    }

    /** The one pass over all files, by several threads; what it finds does not depend on their number. */
    private static final class Opening {
        private final FileTree tree;
        private final FileTree.Entry[] files;
        private final DataOptions options;
        private final @Nullable Picture[] decoded;
        private final @Nullable String[] damage;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();
        private final long budget;

        Opening(FileTree tree, FileTree.Entry[] files, DataOptions options) {
            this.tree = tree;
            this.files = files;
            this.options = options;
            this.decoded = new Picture[files.length];
            this.damage = new String[files.length];
            // Half of the heap is the most that pictures may take, whatever the budget says.
            this.budget =
                    Math.min(options.cacheBudgetBytes(), Runtime.getRuntime().maxMemory() / 2);
        }

        void decodeAll(String location) {
            int threads = Math.max(1, options.threads());
            ExecutorService pool = Executors.newFixedThreadPool(threads, Opening::thread);
            try {
                List<Future<?>> workers = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    workers.add(pool.submit(this::decodeSome));
                }
                for (Future<?> worker : workers) {
                    worker.get();
                }
            } catch (ExecutionException e) {
                throw new MmcrException("cannot read " + location + ": " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MmcrException("interrupted while reading " + location, e);
            } finally {
                pool.shutdownNow();
            }
            check(location);
        }

        private static Thread thread(Runnable work) {
            Thread thread = new Thread(work, "mmcr-decode");
            thread.setDaemon(true);
            return thread;
        }

        private void decodeSome() {
            PictureDecoder decoder = new PictureDecoder();
            for (int i = next.getAndIncrement(); i < files.length; i = next.getAndIncrement()) {
                try {
                    Picture picture = decoder.decode(tree.read(files[i]));
                    long total = bytes.addAndGet(picture.rgb().length);
                    decoded[i] = total <= budget ? picture : null;
                } catch (IOException e) {
                    damage[i] = String.valueOf(e.getMessage());
                }
            }
        }

        private void check(String location) {
            List<BrokenPicture> broken = broken();
            if (options.strict() && !broken.isEmpty()) {
                BrokenPicture first = broken.get(0);
                throw new MmcrException(broken.size() + " of " + files.length + " pictures in " + location
                        + " are broken, the first is " + first.name() + ": " + first.reason()
                        + "; mend or remove it, or run without --strict to skip it");
            }
            if (broken.size() == files.length) {
                throw new MmcrException("none of the " + files.length + " pictures in " + location
                        + " can be decoded, the first is " + broken.get(0).name() + ": "
                        + broken.get(0).reason());
            }
        }

        List<BrokenPicture> broken() {
            List<BrokenPicture> broken = new ArrayList<>();
            for (int i = 0; i < files.length; i++) {
                String reason = damage[i];
                if (reason != null) {
                    broken.add(new BrokenPicture(files[i].name(), reason));
                }
            }
            return broken;
        }

        List<FileTree.Entry> good() {
            List<FileTree.Entry> good = new ArrayList<>();
            for (int i = 0; i < files.length; i++) {
                if (damage[i] == null) {
                    good.add(files[i]);
                }
            }
            return List.copyOf(good);
        }

        PictureStore store() throws IOException {
            if (bytes.get() > budget) {
                Arrays.fill(decoded, null);
                return new PictureStore.Streamed(tree, good().toArray(FileTree.Entry[]::new));
            }
            Picture[] pictures = Arrays.stream(decoded).filter(Objects::nonNull).toArray(Picture[]::new);
            return options.cacheDirectory().isPresent()
                    ? PictureStore.Mapped.write(options.cacheDirectory().get(), pictures)
                    : new PictureStore.InMemory(pictures);
        }
    }
}
