package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads WebDataset shards: TAR archives in which files of one key are one sample. {@code key.jpg} is a picture, and
 * one of the other {@link SampleFiles} holds its label.
 */
final class WebDataset {
    private static final Logger LOG = LoggerFactory.getLogger(WebDataset.class);
    /** Number of pictures whose labels are looked for to decide whether an archive is a shard. */
    private static final int PROBED = 100;

    private final FileTree tree;
    private final List<FileTree.Entry> pictures;
    /** Label files by key. */
    private final Map<String, FileTree.Entry> labelFiles = new HashMap<>();

    private WebDataset(FileTree tree) {
        this.tree = tree;
        pictures = tree.entries().stream()
                .filter(entry -> PictureDecoder.isPicture(entry.name()))
                .toList();
        for (FileTree.Entry entry : tree.entries()) {
            if (SampleFiles.isText(entry.name())) {
                labelFiles.put(SampleFiles.key(entry.name()), entry);
            } else if (SampleFiles.mayHoldLabel(entry.name())) {
                labelFiles.putIfAbsent(SampleFiles.key(entry.name()), entry);
            }
        }
    }

    /** Opens a folder of shards. */
    static Optional<DataSource> open(DataLocation folder, DataOptions options) throws IOException {
        List<Path> shards = Shards.find(folder, WebDataset::isShard);
        if (shards.isEmpty()) {
            return Optional.empty();
        }
        WebDataset data = new WebDataset(new ShardedTree(shards));
        if (data.pictures.isEmpty()) {
            throw new MmcrException("no picture found in the " + shards.size() + " TAR shards of " + folder
                    + ": expected key.jpg, .png, .webp, .tif, .gif or .bmp, found "
                    + Unread.counts(data.tree.entries())
                    + "; name a folder of shards with pictures, or an archive in it");
        }
        return Optional.of(data.source(folder.toString(), options));
    }

    /** Opens one archive if it holds labels beside its pictures; the source owns {@code tree} from then on. */
    static Optional<DataSource> open(String location, FileTree tree, DataOptions options) {
        WebDataset data = new WebDataset(tree);
        boolean labelled = data.pictures.stream()
                .limit(PROBED)
                .anyMatch(picture -> !data.label(picture).isEmpty());
        if (!labelled) {
            data.reportCaptions(location);
        }
        return labelled ? Optional.of(data.source(location, options)) : Optional.empty();
    }

    /** Logs that texts beside the pictures are no labels; mostly they are captions. */
    private void reportCaptions(String location) {
        List<String> texts = captions(tree);
        if (!texts.isEmpty()) {
            LOG.warn(
                    "{}: took {} .txt files for captions, which are not labels, the first is {}; if they hold classes,"
                            + " name them .cls",
                    location,
                    texts.size(),
                    texts.get(0));
        }
    }

    /** Returns the texts that have the key of a picture. */
    static List<String> captions(FileTree tree) {
        List<String> names = tree.entries().stream().map(FileTree.Entry::name).toList();
        Set<String> keys = names.stream()
                .filter(PictureDecoder::isPicture)
                .map(SampleFiles::key)
                .collect(Collectors.toSet());
        return names.stream()
                .filter(name -> name.endsWith(".txt") && keys.contains(SampleFiles.key(name)))
                .toList();
    }

    private DataSource source(String location, DataOptions options) {
        if (labelFiles.isEmpty()) {
            reportCaptions(location);
        }
        EncodedPictures opened = EncodedPictures.open(
                location,
                tree,
                pictures,
                good -> ClassLabels.of(good.stream().map(this::label).toList()),
                options);
        String unread = Unread.describePictures(tree.entries());
        if (!unread.isEmpty()) {
            LOG.warn("{}: read {} pictures and left out {}", location, opened.size(), unread);
        }
        return opened;
    }

    private static boolean isShard(String name) {
        return Stream.of(".tar", ".tar.gz", ".tgz").anyMatch(name::endsWith);
    }

    private String label(FileTree.Entry picture) {
        FileTree.Entry file = labelFiles.get(SampleFiles.key(picture.name()));
        return file == null ? "" : read(file);
    }

    private String read(FileTree.Entry file) {
        try {
            return SampleFiles.label(file.name(), tree.read(file));
        } catch (IOException e) {
            throw SampleFiles.unreadable(file.name(), FileFailure.reason(e), e);
        }
    }
}
