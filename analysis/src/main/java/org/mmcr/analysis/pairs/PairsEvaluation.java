package org.mmcr.analysis.pairs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Modality;
import org.mmcr.data.PairedSource;
import org.mmcr.data.VectorSource;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.run.PairedModel;

/**
 * An evaluation of the encoders of paired data.
 *
 * @param checkpoint folder of the weights
 * @param step number of optimiser steps of the weights
 * @param data location of the pairs
 * @param samples number of samples with at least one modality
 * @param complete number of samples with every modality
 * @param withoutAny number of rows without any modality, which are left out
 * @param modalities the modalities, in order
 * @param pairs figures of every two modalities
 * @param all the bound with all modalities as views, on complete samples, if there are more than two
 * @param notes what limits the figures
 */
public record PairsEvaluation(
        String checkpoint,
        long step,
        String data,
        int samples,
        int complete,
        int withoutAny,
        List<Presence> modalities,
        List<PairFigures> pairs,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Analysis> all,
        List<String> notes) {

    /** A modality and the number of samples that have it. */
    public record Presence(String name, int columns, int samples) {}

    /**
     * Embeds the samples and measures every two modalities.
     *
     * @param data of the modalities that the model was trained on, in their order; not closed
     * @throws MmcrException if modalities or their columns differ
     */
    public static PairsEvaluation of(
            PairedModel model, PairedSource data, EvaluationOptions options, EvaluationListener listener) {
        requireSame(model.modalities(), data);
        List<Modality> modalities = model.modalities();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            List<Tensor> embeddings = new ArrayList<>();
            for (int m = 0; m < modalities.size(); m++) {
                listener.stage("embedding " + modalities.get(m).name());
                embeddings.add(embed(model, m, data.modality(m), options, listener));
            }
            listener.stage("measuring");
            List<PairFigures> pairs = new ArrayList<>();
            List<String> notes = new ArrayList<>();
            for (int a = 0; a < modalities.size(); a++) {
                for (int b = a + 1; b < modalities.size(); b++) {
                    pair(model, data, embeddings, a, b, options.seed(), notes).ifPresent(pairs::add);
                }
            }
            int[] complete = data.complete();
            if (complete.length < data.size()) {
                notes.add((data.size() - complete.length) + " of " + data.size()
                        + " samples lack a modality and count only where they have both");
            }
            Optional<Analysis> all = modalities.size() == 2
                    ? Optional.empty()
                    : PairFigures.analysis(
                            options.seed(),
                            embeddings.stream()
                                    .map(rows -> select(rows, complete))
                                    .toArray(Tensor[]::new));
            return new PairsEvaluation(
                    model.checkpoint().toString(),
                    model.step(),
                    data.location(),
                    data.size(),
                    complete.length,
                    data.broken().size(),
                    IntStream.range(0, modalities.size())
                            .mapToObj(m -> new Presence(
                                    modalities.get(m).name(), modalities.get(m).columns(), data.present(m)))
                            .toList(),
                    List.copyOf(pairs),
                    all,
                    List.copyOf(notes));
        }
    }

    private static void requireSame(List<Modality> expected, PairedSource data) {
        List<Integer> found = data.modalities().stream().map(Modality::columns).toList();
        if (!found.equals(expected.stream().map(Modality::columns).toList())) {
            throw new MmcrException("expected modalities of "
                    + expected.stream().map(Modality::columns).toList() + " columns, as in training ("
                    + String.join(", ", expected.stream().map(Modality::name).toList()) + "), found " + found + " in "
                    + data.location() + "; give the same modalities in the same order");
        }
    }

    private static Tensor embed(
            PairedModel model,
            int modality,
            VectorSource data,
            EvaluationOptions options,
            EvaluationListener listener) {
        FeatureExtractor extractor =
                new FeatureExtractor(model.embeddings(modality), options.batch(), options.threads());
        FeatureSet set = extractor.extract(data, done -> listener.progress(done, data.size()));
        return set.features();
    }

    private static Optional<PairFigures> pair(
            PairedModel model,
            PairedSource data,
            List<Tensor> embeddings,
            int a,
            int b,
            long seed,
            List<String> notes) {
        int[] both = IntStream.range(0, data.size())
                .filter(i -> data.has(i, a) && data.has(i, b))
                .toArray();
        String first = model.modalities().get(a).name();
        String second = model.modalities().get(b).name();
        if (both.length < 2) {
            notes.add("fewer than two samples have both " + first + " and " + second);
            return Optional.empty();
        }
        return Optional.of(
                PairFigures.of(first, second, select(embeddings.get(a), both), select(embeddings.get(b), both), seed));
    }

    private static Tensor select(Tensor rows, int[] samples) {
        long[] indices = new long[samples.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = samples[i];
        }
        return rows.index_select(0, torch.tensor(indices));
    }
}
