package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mmcr.data.DataOptions;
import org.mmcr.report.evaluation.EncoderComparison;
import org.mmcr.train.evaluate.EvaluationOptions;

/**
 * Several encoders to measure side by side, each under the name of its file or run; closed after use.
 *
 * @param byName in the order given, files first
 */
record NamedEncoders(Map<String, ChosenEncoder> byName) implements AutoCloseable {

    /** Reads the files of the options and the runs. */
    static NamedEncoders choose(EncoderChoice choice, List<Path> runs, PrintWriter remarks) {
        List<ChosenEncoder> chosen = choice.chooseAll(runs, remarks);
        Map<String, ChosenEncoder> named = new LinkedHashMap<>();
        for (int i = 0; i < chosen.size(); i++) {
            Path source = i < choice.files.size() ? choice.files.get(i) : runs.get(i - choice.files.size());
            String stem = source.toAbsolutePath()
                    .normalize()
                    .getFileName()
                    .toString()
                    .replaceFirst("\\.(onnx|safetensors)$", "");
            named.put(named.containsKey(stem) ? stem + " (" + (i + 1) + ")" : stem, chosen.get(i));
        }
        return new NamedEncoders(named);
    }

    List<EncoderComparison.Named> list() {
        return byName.entrySet().stream()
                .map(entry -> new EncoderComparison.Named(
                        entry.getKey(),
                        entry.getValue().source(),
                        entry.getValue().features()))
                .toList();
    }

    /** Returns the encoders' features through the user's cache. */
    EncoderComparison.Features features(CacheChoice cache, EvaluationOptions options, PrintWriter remarks) {
        CachedFeatures cached = new CachedFeatures(cache, options, remarks);
        // Once for each encoder and not for each data set: a file of weights is read for it.
        Map<String, Optional<String>> fingerprints = new HashMap<>();
        byName.forEach((name, encoder) -> fingerprints.put(name, cached.fingerprint(encoder)));
        return (encoder, source, listener) -> cached.timed(
                Objects.requireNonNull(byName.get(encoder.name())),
                Objects.requireNonNull(fingerprints.get(encoder.name())),
                source,
                listener);
    }

    /** Returns the options for tables: those given, else those of the last encoder's training. */
    DataOptions dataOptions(TableChoice table) {
        return List.copyOf(byName.values()).get(byName.size() - 1).dataOptions(table);
    }

    @Override
    public void close() {
        byName.values().forEach(ChosenEncoder::close);
    }
}
