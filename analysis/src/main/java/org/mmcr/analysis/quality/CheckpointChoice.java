package org.mmcr.analysis.quality;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.TaskRunner;
import org.mmcr.core.quality.EmbeddedViews;
import org.mmcr.core.quality.Measure;
import org.mmcr.core.quality.PairedViews;
import org.mmcr.core.quality.QualityOptions;
import org.mmcr.core.quality.QualityRanking;
import org.mmcr.core.quality.RepresentationQuality;
import org.mmcr.core.quality.ResampledMeasure;
import org.mmcr.data.DataSource;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.ViewEmbeddings;

/**
 * The recommendation of a checkpoint by a measure without labels, as a JSON document.
 *
 * @param measure key of the measure
 * @param run folder of the recommended checkpoint's run
 * @param step steps of the recommended checkpoint
 * @param checkpoint its folder
 * @param tied number of other candidates that the pictures do not distinguish from it
 * @param pictures number of pictures, N
 * @param views views of each picture, K
 * @param resamples bootstrap samples of the pictures
 * @param candidates every checkpoint of every run, in the given order, oldest first
 * @param notes what limits the recommendation
 * @param seconds wall time
 */
@API(status = API.Status.STABLE)
public record CheckpointChoice(
        String measure,
        String run,
        long step,
        String checkpoint,
        int tied,
        int pictures,
        int views,
        int resamples,
        List<Candidate> candidates,
        List<String> notes,
        double seconds) {
    public CheckpointChoice {
        candidates = List.copyOf(candidates);
        notes = List.copyOf(notes);
    }

    /**
     * One checkpoint.
     *
     * @param run folder of its run
     * @param step steps
     * @param checkpoint its folder
     * @param dimension length of an embedding, D
     * @param value the measure with its 95 % interval over pictures; absent if it has none, as after a collapse
     * @param belowBest value of the recommended checkpoint minus this value, with the interval of paired samples
     * @param bestShare fraction of the bootstrap samples in which this checkpoint is the best
     * @param tied whether it is not distinguished from the recommended one; false for that one itself
     */
    public record Candidate(
            String run,
            long step,
            String checkpoint,
            int dimension,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Value> value,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Value> belowBest,
            double bestShare,
            boolean tied) {}

    /**
     * Settings of a measurement.
     *
     * @param measure one of {@link ResampledMeasure#RANKING}
     * @param pictures pictures that are embedded, at most; spread over the data
     * @param views views of each of them, at least 2
     * @param options number of resamples and seed
     * @param threads number of threads; the result does not depend on it
     */
    public record Setting(Measure measure, int pictures, int views, QualityOptions options, int threads) {}

    private record Measured(Path run, TrainedModel model, Optional<ResampledMeasure> value) {
        int dimension() {
            return model.model().dimension();
        }
    }

    /**
     * Measures every checkpoint of some runs on the same pictures.
     *
     * @throws MmcrException if a run has no checkpoint, or the measure has no value for any checkpoint
     */
    public static CheckpointChoice of(
            List<RunDirectory> runs, DataSource data, Setting setting, CapacityProgress progress) {
        long began = System.nanoTime();
        List<Path[]> checkpoints = new ArrayList<>();
        for (RunDirectory run : runs) {
            List<Path> saved = run.allCheckpoints();
            if (saved.isEmpty()) {
                throw new MmcrException("expected a checkpoint in " + run.checkpoints()
                        + ", found none; let the run take its first step");
            }
            saved.forEach(one -> checkpoints.add(new Path[] {run.root(), one}));
        }
        int[] samples = JitteredSample.of(data.size(), setting.pictures());
        List<Measured> measured = new ArrayList<>();
        for (int i = 0; i < checkpoints.size(); i++) {
            progress.at("checkpoints", i, checkpoints.size());
            measured.add(measured(checkpoints.get(i)[0], checkpoints.get(i)[1], data, samples, setting));
        }
        return ranked(measured, samples.length, setting, (System.nanoTime() - began) * 1e-9);
    }

    private static Measured measured(Path run, Path checkpoint, DataSource data, int[] samples, Setting setting) {
        TrainedModel model = TrainedModel.ofCheckpoint(checkpoint);
        ViewEmbeddings embeddings =
                new ViewEmbeddings(model, setting.views(), setting.options().seed(), setting.threads());
        ForkJoinPool pool = new ForkJoinPool(setting.threads());
        try (Tensor rows = embeddings.collect(data, samples)) {
            EmbeddedViews views = new EmbeddedViews(QualityRun.matrix(rows), setting.views());
            return new Measured(
                    run, model, ResampledMeasure.of(views, setting.measure(), setting.options(), TaskRunner.on(pool)));
        } finally {
            pool.shutdownNow();
        }
    }

    private static CheckpointChoice ranked(List<Measured> measured, int pictures, Setting setting, double seconds) {
        List<ResampledMeasure> values =
                measured.stream().flatMap(one -> one.value().stream()).toList();
        if (values.isEmpty()) {
            throw new MmcrException("expected " + setting.measure().key()
                    + " of at least one checkpoint, found none; the embeddings of all have collapsed");
        }
        QualityRanking ranking = QualityRanking.of(values);
        List<Candidate> candidates = new ArrayList<>();
        int next = 0;
        int best = 0;
        for (Measured one : measured) {
            if (one.value().isEmpty()) {
                candidates.add(candidate(one, Optional.empty(), false));
                continue;
            }
            boolean first = next == ranking.best();
            best = first ? candidates.size() : best;
            candidates.add(candidate(one, Optional.of(ranking.entries().get(next)), first));
            next++;
        }
        Candidate chosen = candidates.get(best);
        int tied = (int) candidates.stream().filter(Candidate::tied).count();
        return new CheckpointChoice(
                setting.measure().key(),
                chosen.run(),
                chosen.step(),
                chosen.checkpoint(),
                tied,
                pictures,
                setting.views(),
                setting.options().resamples(),
                candidates,
                notes(measured, pictures, setting),
                seconds);
    }

    private static Candidate candidate(Measured one, Optional<QualityRanking.Entry> entry, boolean first) {
        return new Candidate(
                one.run().toString(),
                one.model().step(),
                one.model().checkpoint().toString(),
                one.dimension(),
                entry.map(it -> Value.of(it.value())),
                entry.map(it -> Value.of(it.belowBest())),
                entry.map(QualityRanking.Entry::bestShare).orElse(0.0),
                !first && entry.map(QualityRanking.Entry::tiesWithBest).orElse(false));
    }

    private static List<String> notes(List<Measured> measured, int pictures, Setting setting) {
        List<String> notes = new ArrayList<>();
        notes.add(
                "how well each measure agrees with accuracy is known for short runs on CIFAR-10 alone: docs/quality.md");
        int widest = measured.stream().mapToInt(Measured::dimension).max().orElseThrow();
        boolean spectral = setting.measure() != Measure.INFONCE;
        if (spectral && measured.stream().anyMatch(one -> one.dimension() != widest)) {
            notes.add("the embeddings differ in dimension, and "
                    + setting.measure().key() + " grows with it");
        }
        if (spectral && pictures < 2 * widest) {
            notes.add("fewer than " + 2 * widest + " pictures for " + widest
                    + " dimensions: the value grows with their number");
        }
        double ceiling = Math.log(Math.min(pictures, RepresentationQuality.MOST_PAIRS));
        if (!spectral
                && measured.stream()
                        .flatMap(one -> one.value().stream())
                        .anyMatch(one -> ceiling - one.value() < PairedViews.NEAR_CEILING)) {
            notes.add(String.format(
                    Locale.ROOT,
                    "a value is near its ceiling log N = %.2f, where checkpoints look alike; use more pictures",
                    ceiling));
        }
        if (measured.stream()
                        .map(one -> one.model().config().view().at(1))
                        .distinct()
                        .count()
                > 1) {
            notes.add("the runs differ in augmentation, and each is measured with its own");
        }
        long without = measured.stream().filter(one -> one.value().isEmpty()).count();
        if (without > 0) {
            notes.add(without + " checkpoints have no value, as after a collapse");
        }
        return notes;
    }
}
