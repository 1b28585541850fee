package org.mmcr.explorer;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.export.SavedWhitening;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.train.evaluate.SampledRows;
import org.mmcr.train.evaluate.Whitening;

/**
 * The pictures and their features by an encoder. Features are computed once per encoder and data set, kept in a cache
 * and memory-mapped, so that they use page cache and no heap. Whitened features, in which neighbours are searched, are
 * a second copy in native memory.
 */
final class FeatureStore {
    private final PictureSource data;
    private final Path folder;
    private final String key;
    private final Tensor features;
    /** Referenced so that the mapping is not released. */
    private final FloatPointer memory;

    private final Optional<Whitening> whitening;
    private final Tensor searched;

    private FeatureStore(
            PictureSource data,
            Path folder,
            String key,
            Tensor features,
            FloatPointer memory,
            Optional<Whitening> whitening) {
        this.data = data;
        this.folder = folder;
        this.key = key;
        this.features = features;
        this.memory = memory;
        this.whitening = whitening;
        searched = whitening.map(map -> map.apply(features)).orElse(features);
    }

    /** Opens the stored features, or computes them; {@code progress} receives the number of pictures done. */
    static FeatureStore open(ExploreOptions options, ExploreEncoder encoder, PictureSource data, IntConsumer progress) {
        if (data.size() == 0) {
            throw new MmcrException("expected pictures in " + data.location() + ", found none; check --data");
        }
        String key = data.fingerprint() + "-" + data.size() + "-" + encoder.key();
        Path file = options.cache()
                .file(encoder.fingerprint(), encoder.features(), data, options.threads(), progress::accept);
        FeatureStore plain = map(folder(options.folder()), file, key, data);
        return options.whiten() ? plain.whitened(encoder) : plain;
    }

    /** Returns a copy that whitens with the statistics of the encoder's run, or else with those of these features. */
    private FeatureStore whitened(ExploreEncoder encoder) {
        Whitening statistics = encoder.run().flatMap(SavedWhitening::of).orElseGet(() -> {
            try (Tensor sample = SampledRows.of(features, SavedWhitening.SAMPLES)) {
                return Whitening.of(sample);
            }
        });
        return new FeatureStore(data, folder, key, features, memory, Optional.of(statistics));
    }

    /** Creates the explorer's folder, and returns it. */
    static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileFailure.exception("to make the folder " + folder, e, "check its permissions");
        }
    }

    private static FeatureStore map(Path folder, Path file, String key, PictureSource data) {
        NpyFiles.Description description = NpyFiles.describe(file);
        long rows = description.shape().get(0);
        long width = description.shape().get(1);
        long bytes = 4 * rows * width;
        if (bytes > Integer.MAX_VALUE) {
            throw new MmcrException("expected at most 2 GiB of features, found " + (bytes >> 20) + " MiB for " + rows
                    + " pictures; explore a part of them with --data");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            FloatBuffer values = channel.map(FileChannel.MapMode.READ_ONLY, channel.size() - bytes, bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            FloatPointer memory = new FloatPointer(values);
            Tensor features = torch.from_blob(memory, new long[] {rows, width});
            return new FeatureStore(data, folder, key, features, memory, Optional.empty());
        } catch (IOException e) {
            throw FileFailure.exception("to read " + file, e, "remove it to compute it anew");
        }
    }

    /** Returns the file of another kind of data about the same pictures and features. */
    Path file(String what, String extension) {
        return folder.resolve(what + "-" + key + "." + extension);
    }

    PictureSource data() {
        return data;
    }

    int size() {
        return data.size();
    }

    /** Returns the features, float32 (N, F), in read-only memory: they must not be modified in place. */
    Tensor features() {
        return features;
    }

    /** Returns the features in which neighbours are searched, float32 (N, R); not modified. */
    Tensor searched() {
        return searched;
    }

    /** Returns a copy of one row of the features in which neighbours are searched. */
    float[] query(int picture) {
        float[] row = new float[Math.toIntExact(searched.size(1))];
        searched.data_ptr_float().position((long) picture * row.length).get(row);
        return row;
    }

    /**
     * Returns the query for the features of a picture from outside the data.
     *
     * @param outside float32 (1, F), not modified
     */
    float[] query(Tensor outside) {
        try (PointerScope scope = new PointerScope()) {
            Tensor row = whitening.map(map -> map.apply(outside)).orElse(outside);
            float[] query = new float[Math.toIntExact(row.size(1))];
            row.data_ptr_float().get(query);
            return query;
        }
    }
}
