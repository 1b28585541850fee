package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.data.DataSource;
import org.mmcr.report.evaluation.EncoderComparison;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureReader;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * The features of a chosen encoder through the user's cache. They are computed with {@code --no-cache}, and where the
 * cache cannot be written.
 */
final class CachedFeatures {
    private final FeatureCache cache = FeatureCache.ofUser();
    private final EvaluationOptions options;
    private final PrintWriter remarks;
    private final boolean usable;

    CachedFeatures(CacheChoice choice, EvaluationOptions options, PrintWriter remarks) {
        this.options = options;
        this.remarks = remarks;
        usable = !choice.off && cache.isWritable();
        if (!usable && !choice.off) {
            remarks.println("features are not kept: " + cache.folder() + " cannot be written");
        }
    }

    /** Returns a reader of the encoder's features. */
    FeatureReader of(ChosenEncoder encoder) {
        Optional<String> fingerprint = fingerprint(encoder);
        return (model, data, progress) ->
                timed(encoder, fingerprint, data, progress).features();
    }

    /** Returns the fingerprint under which an encoder's features are kept; empty without the cache. */
    Optional<String> fingerprint(ChosenEncoder encoder) {
        return usable ? Optional.of(encoder.fingerprint()) : Optional.empty();
    }

    /** Returns the file of an earlier command's features, float32 (N, F), if there is one. */
    Optional<Path> file(ChosenEncoder encoder, String fingerprint, DataSource data, ProgressListener progress) {
        if (!usable || !cache.holds(fingerprint, data)) {
            return Optional.empty();
        }
        announce(data);
        return Optional.of(cache.file(fingerprint, encoder.features(), data, options.threads(), progress));
    }

    /** Keeps a {@code .npy} file of the features of an encoder with this fingerprint for later commands. */
    void keep(String fingerprint, DataSource data, Path file) {
        if (usable) {
            cache.keep(fingerprint, data, file);
        }
    }

    private void announce(DataSource data) {
        remarks.printf("%,d features of an earlier command, from %s%n", data.size(), cache.folder());
    }

    /** Returns the features, through the cache if there is a fingerprint, with the time of computing them. */
    EncoderComparison.Timed timed(
            ChosenEncoder encoder, Optional<String> fingerprint, DataSource data, ProgressListener progress) {
        boolean known = fingerprint.filter(found -> cache.holds(found, data)).isPresent();
        long start = System.nanoTime();
        FeatureSet features = fingerprint.isPresent()
                ? cache.read(fingerprint.get(), encoder.features(), data, options.threads(), progress)
                : FeatureReader.computing(options).read(encoder.features(), data, progress);
        if (known) {
            announce(data);
        }
        return new EncoderComparison.Timed(
                features, known ? Optional.empty() : Optional.of((System.nanoTime() - start) / 1e9));
    }
}
