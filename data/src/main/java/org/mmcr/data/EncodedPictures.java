package org.mmcr.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.DataChangedException;
import org.mmcr.data.io.FileFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures in files of a {@link FileTree}. Every picture is decoded once when the source is opened, so that broken
 * ones are known before the first step. The decoded pixels are cached if they fit the budget.
 */
final class EncodedPictures implements PictureSource {
    private static final Logger LOG = LoggerFactory.getLogger(EncodedPictures.class);
    /** Name of a picture in a class folder that lies in a folder named as a part of a data set. */
    private static final Pattern PART =
            Pattern.compile("(?i)(train|training|val|valid|validation|test|testing)/[^/]+/.*");

    private final String location;
    private final FileTree tree;
    private final List<FileTree.Entry> entries;
    private final List<BrokenPicture> broken;
    private final ClassLabels labels;
    private final PictureCache cache;
    private final String fingerprint;
    /** Index into the cache of each picture. */
    private final int[] cached;
    // One decoder a thread: its readers are costly to create and not thread-safe.
    private final ThreadLocal<PictureDecoder> decoders = ThreadLocal.withInitial(PictureDecoder::new);

    private EncodedPictures(
            String location,
            FileTree tree,
            DecodingPass pass,
            PictureCache cache,
            Function<List<FileTree.Entry>, ClassLabels> labels) {
        this.location = location;
        this.tree = tree;
        this.cache = cache;
        cached = pass.decodable();
        entries = Arrays.stream(cached).mapToObj(pass::file).toList();
        broken = pass.broken();
        this.labels = labels.apply(entries);
        fingerprint = fingerprint(pass);
    }

    /** Returns the hash of names, sizes, content and labels of the pictures that decode. */
    private String fingerprint(DecodingPass pass) {
        Fingerprint hash = new Fingerprint();
        for (int index : cached) {
            FileTree.Entry entry = pass.file(index);
            hash.add(entry.name()).add(entry.size()).add(pass.checksum(index));
        }
        return hash.add(labels).hex();
    }

    /** Opens the picture files of {@code tree}, labelled by their folders. The source owns the tree from then on. */
    static EncodedPictures open(String location, FileTree tree, DataOptions options) {
        List<FileTree.Entry> pictures = tree.entries().stream()
                .filter(entry -> PictureDecoder.isPicture(entry.name()))
                .toList();
        if (pictures.isEmpty()) {
            throw new MmcrException("no picture found in " + location
                    + ": expected .jpg, .png, .webp, .tif, .gif or .bmp"
                    + " files at any depth, found " + Unread.counts(tree.entries())
                    + "; name a folder or archive#folder that holds pictures");
        }
        EncodedPictures opened = open(location, tree, pictures, EncodedPictures::folders, options);
        opened.report(tree.entries());
        return opened;
    }

    /** Logs files that were not read, pictures that keep folders from being classes, and parts taken for classes. */
    private void report(List<FileTree.Entry> all) {
        String unread = Unread.describe(all);
        if (!unread.isEmpty()) {
            LOG.warn("{}: read {} pictures and left out {}", location, size(), unread);
        }
        List<FileTree.Entry> stray =
                entries.stream().filter(entry -> !entry.name().contains("/")).toList();
        if (!stray.isEmpty() && stray.size() < entries.size()) {
            LOG.warn(
                    "{}: no labels, because {} of {} pictures lie above the folders, the first is {};"
                            + " move it into the folder of its class",
                    location,
                    stray.size(),
                    entries.size(),
                    stray.get(0).name());
        }
        if (stray.isEmpty()
                && !entries.isEmpty()
                && entries.stream().allMatch(entry -> PART.matcher(entry.name()).matches())) {
            LOG.warn(
                    "{}: the folders {} look like parts of the data and are taken for classes; name one of them for the"
                            + " classes inside",
                    location,
                    String.join(", ", classNames()));
        }
    }

    private static ClassLabels folders(List<FileTree.Entry> entries) {
        return ClassLabels.ofFolders(entries.stream().map(FileTree.Entry::name).toList());
    }

    /**
     * Opens files of {@code tree}. The source owns the tree from then on, unless this fails.
     *
     * @param labels function from the files that decode to their labels
     * @throws MmcrException if all are broken, or, with strict options, any
     */
    static EncodedPictures open(
            String location,
            FileTree tree,
            List<FileTree.Entry> pictures,
            Function<List<FileTree.Entry>, ClassLabels> labels,
            DataOptions options) {
        PictureCache cache = new PictureCache(pictures.size(), options);
        try {
            DecodingPass pass = new DecodingPass(location, tree, pictures, cache);
            pass.run(options);
            cache.seal();
            return new EncodedPictures(location, tree, pass, cache, labels);
        } catch (RuntimeException | Error e) {
            cache.close();
            throw e;
        }
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public Picture picture(int index) {
        return cache.get(cached[index]).orElseGet(() -> decode(entries.get(index)));
    }

    private Picture decode(FileTree.Entry entry) {
        return read(entry, content -> decoders.get().decode(content));
    }

    @Override
    public Optional<byte[]> file(int index) {
        return Optional.of(read(entries.get(index), content -> content));
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
            String found = FileFailure.isOutOfFiles(e) ? FileFailure.describe(e, "") : FileFailure.reason(e);
            throw new DataChangedException("picture " + entry.name() + " in " + location, found, e);
        }
    }

    /** Returns whether pictures come from the cache; for tests. */
    boolean isCached() {
        return cache.isComplete();
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
        return fingerprint;
    }

    @Override
    public void close() {
        cache.close();
        try {
            tree.close();
        } catch (IOException e) {
            throw FileFailure.exception("to close " + location, e, "try again");
        }
    }
}
