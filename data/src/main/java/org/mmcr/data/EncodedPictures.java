package org.mmcr.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;

/**
 * Encoded pictures of a {@link FileTree}. Every picture is decoded once when the source is opened, so what is broken is
 * known before the first step; the decoded bytes are kept when they fit the budget.
 */
final class EncodedPictures implements PictureSource {
    private final String location;
    private final FileTree tree;
    private final List<FileTree.Entry> entries;
    private final List<BrokenPicture> broken;
    private final ClassLabels labels;
    private final PictureCache cache;
    private final int[] candidates;
    // One decoder a thread: its readers are costly to make and not thread-safe.
    private final ThreadLocal<PictureDecoder> decoders = ThreadLocal.withInitial(PictureDecoder::new);

    private EncodedPictures(
            String location,
            FileTree tree,
            FirstPass pass,
            PictureCache cache,
            Function<List<FileTree.Entry>, ClassLabels> labels) {
        this.location = location;
        this.tree = tree;
        this.cache = cache;
        candidates = pass.good();
        entries = Arrays.stream(candidates).mapToObj(pass::file).toList();
        broken = pass.broken();
        this.labels = labels.apply(entries);
    }

    /** The pictures among the files of {@code tree}, labelled by their folders; the source then owns the tree. */
    static EncodedPictures open(String location, FileTree tree, DataOptions options) {
        List<FileTree.Entry> pictures = tree.entries().stream()
                .filter(entry -> PictureDecoder.isPicture(entry.name()))
                .toList();
        if (pictures.isEmpty()) {
            throw new MmcrException("no picture found in " + location + ": looked for .jpg, .jpeg, .png, .gif and .bmp"
                    + " files at any depth and found " + describe(tree.entries())
                    + "; name a folder or archive#folder that holds pictures");
        }
        return open(location, tree, pictures, EncodedPictures::folders, options);
    }

    private static ClassLabels folders(List<FileTree.Entry> entries) {
        return ClassLabels.ofFolders(entries.stream().map(FileTree.Entry::name).toList());
    }

    /**
     * Decodes everything once; the source then owns {@code tree}, unless this fails.
     *
     * @param labels of the pictures that can be read, which it is given
     */
    static EncodedPictures open(
            String location,
            FileTree tree,
            List<FileTree.Entry> pictures,
            Function<List<FileTree.Entry>, ClassLabels> labels,
            DataOptions options) {
        PictureCache cache = new PictureCache(pictures.size(), options);
        try {
            FirstPass pass = new FirstPass(location, tree, pictures, cache);
            pass.run(options);
            cache.seal();
            return new EncodedPictures(location, tree, pass, cache, labels);
        } catch (RuntimeException | Error e) {
            cache.close();
            throw e;
        }
    }

    /** "no files", or how many of which endings, the most frequent first. */
    private static String describe(List<FileTree.Entry> files) {
        Map<String, Long> endings = files.stream()
                .map(entry -> PackedFiles.last(entry.name()))
                .map(name -> name.contains(".") ? name.substring(name.lastIndexOf('.')) : "without an ending")
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        return files.isEmpty()
                ? "no files"
                : endings.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(5)
                        .map(ending -> ending.getValue() + " " + ending.getKey())
                        .collect(Collectors.joining(", "));
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public Picture picture(int index) {
        return cache.get(candidates[index]).orElseGet(() -> decode(entries.get(index)));
    }

    private Picture decode(FileTree.Entry entry) {
        return read(entry, content -> decoders.get().decode(content));
    }

    @Override
    public String mode(int index) {
        return read(entries.get(index), content -> decoders.get().mode(content));
    }

    private interface Reading<T> {
        T of(byte[] content) throws IOException;
    }

    private <T> T read(FileTree.Entry entry, Reading<T> reading) {
        try {
            return reading.of(tree.read(entry));
        } catch (IOException e) {
            throw new MmcrException(
                    "picture " + entry.name() + " in " + location
                            + " was readable when the data was opened and no longer" + " is: " + e.getMessage()
                            + "; do not change data while it is in use",
                    e);
        }
    }

    /** Whether pictures come from the cache rather than from their files; for tests. */
    boolean cached() {
        return cache.complete();
    }

    @Override
    public String name(int index) {
        return entries.get(index).name();
    }

    @Override
    public OptionalInt label(int index) {
        return labels.at(index);
    }

    @Override
    public List<String> classNames() {
        return labels.names();
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
        cache.close();
        try {
            tree.close();
        } catch (IOException e) {
            throw new MmcrException("cannot close " + location + ": " + e.getMessage(), e);
        }
    }
}
