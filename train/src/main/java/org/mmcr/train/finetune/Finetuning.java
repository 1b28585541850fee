package org.mmcr.train.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.train.encoder.AdapterSpec;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearProbe;
import org.mmcr.train.evaluate.ProbeOptions;
import org.mmcr.train.evaluate.StratifiedSplit;
import org.mmcr.train.run.ModelOptions;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/**
 * Fine-tuning with few labels, from learned and from random weights, beside a linear probe on frozen features.
 *
 * <p>For every draw of labels and both starts, tuning trials train on 80 % of the labelled samples of each class and
 * choose learning rates and epochs by the accuracy on the other 20 %; then the network trains on all labels of the draw.
 * Test data choose nothing. The run from learned weights of the first draw becomes the run in the folder.
 *
 * <p>A training that is done has a file in {@code fits/}, and an unfinished one its checkpoints, so a fine-tuning that
 * was stopped continues with the same numbers.
 */
public final class Finetuning {
    private static final double VALIDATION = 0.2;
    private static final int BATCH = 256;
    /** Factors of the learning rates of encoder and classifier in the tuning trials, in their order. */
    private static final double[][] GRID = {
        {1, 1}, {0.3, 1}, {3, 1}, {1, 0.3}, {1, 3}, {0.1, 1}, {0.3, 0.3}, {3, 3}, {10, 1}
    };
    /** Most tuning trials. */
    public static final int TRIALS = 9;

    private final FinetuneSettings settings;
    private final EncoderFeatures learned;
    private final EvaluationData data;
    private final Path folder;
    private final Progress progress;
    private final int threads;
    private final Fits fits;
    private final List<String> notes = new ArrayList<>();

    /** Runs trainers and receives progress. */
    public interface Progress extends EvaluationListener {
        /** Runs a trainer that is made with a listener; it may be stopped early. */
        TrainingTotals train(Function<TrainListener, Trainer> start);

        /** A training starts. */
        void fit(String text);
    }

    /**
     * Prepares a fine-tuning.
     *
     * @param settings a folder that has others is refused
     * @param learned encoder with the learned weights, in evaluation mode, not changed; its device trains
     * @param data labelled training and test data, both stay open
     * @param folder where trainings and results are, created if needed
     * @param threads of evaluation
     */
    public Finetuning(
            FinetuneSettings settings,
            EncoderFeatures learned,
            EvaluationData data,
            Path folder,
            Progress progress,
            int threads) {
        this.settings = settings;
        this.learned = learned;
        this.data = data;
        this.folder = folder;
        this.progress = progress;
        this.threads = threads;
        notes.addAll(data.notes());
        fits = new Fits(settings, learned, data.test(), folder.resolve("fits"), progress, threads, this::note);
    }

    /** Returns the files beside {@code fits/} and the run that {@link #run} writes into a folder. */
    public static List<Path> files(Path folder) {
        return List.of(folder.resolve("settings.json"), folder.resolve("finetuning.json"));
    }

    /**
     * Writes the settings into a new folder, or checks that the folder's are the same.
     *
     * @throws MmcrException if the folder belongs to another fine-tuning, or is a run; then nothing is created
     */
    public void claim() throws IOException {
        settings.claim(folder);
        Files.createDirectories(folder.resolve("fits"));
    }

    /**
     * Trains what is not done yet, and writes the result.
     *
     * @return the result; empty if a training was stopped
     * @throws MmcrException if the folder belongs to another fine-tuning, or a training fails
     */
    public Optional<FinetuneResult> run() throws IOException {
        claim();
        List<FitResult> results = new ArrayList<>();
        List<Double> probes = new ArrayList<>();
        try (FeatureSet test = features(data.test(), "frozen features of the test data")) {
            for (int draw = 1; draw <= settings.draws(); draw++) {
                DataSource labelled = DataSources.subset(
                        data.train(), settings.budget().draw(data.train(), settings.seed() + draw - 1));
                probes.add(probe(draw, labelled, test));
                for (String start : List.of(FinetuneResult.FINETUNED, FinetuneResult.RANDOM)) {
                    if (!train(start, draw, labelled, results)) {
                        return Optional.empty();
                    }
                }
            }
        }
        FinetuneResult result = result(results, probes);
        fits.publish(folder);
        Json.write(folder.resolve("finetuning.json"), result);
        return Optional.of(result);
    }

    private FeatureSet features(DataSource of, String stage) {
        progress.stage(stage);
        return new FeatureExtractor(learned, BATCH, threads).extract(of, done -> progress.progress(done, of.size()));
    }

    private double probe(int draw, DataSource labelled, FeatureSet test) {
        try (FeatureSet bank = features(labelled, "frozen features of draw " + draw)) {
            ProbeOptions options = ProbeOptions.defaults().withSeed(settings.seed() + draw - 1);
            return new LinearProbe(options).evaluate(bank, test).top1();
        }
    }

    /** Tunes and trains from one start; returns false if it was stopped. */
    private boolean train(String start, int draw, DataSource labelled, List<FitResult> results) throws IOException {
        StratifiedSplit split = split(labelled, settings.seed() + draw - 1);
        Fits.Fit chosen = new Fits.Fit(start, draw, Optional.empty(), settings.recipe(draw, 1, 1), Integer.MAX_VALUE);
        if (settings.tuningTrials() > 0 && split.heldOut().length == 0) {
            note("a draw has too few labels of each class for a validation part; learning rates and epochs are those of"
                    + " the recipe");
        }
        double best = -1;
        int trials = split.heldOut().length == 0 ? 0 : settings.tuningTrials();
        for (int trial = 1; trial <= trials; trial++) {
            double[] factors = GRID[trial - 1];
            FinetuneRecipe recipe = settings.recipe(draw, factors[0], factors[1]);
            Fits.Fit fit = new Fits.Fit(start, draw, Optional.of(trial), recipe, Integer.MAX_VALUE);
            Optional<FitResult> result = fits.done(
                    fit,
                    DataSources.subset(labelled, split.rest()),
                    Optional.of(DataSources.subset(labelled, split.heldOut())));
            if (result.isEmpty()) {
                return false;
            }
            results.add(result.get());
            double score = result.get().validation().orElse(-1.0);
            if (score > best) {
                best = score;
                chosen = new Fits.Fit(
                        start, draw, Optional.empty(), recipe, result.get().epochs());
            }
        }
        Optional<FitResult> last = fits.done(chosen, labelled, Optional.empty());
        last.ifPresent(results::add);
        return last.isPresent();
    }

    private StratifiedSplit split(DataSource labelled, long seed) {
        int[] labels = IntStream.range(0, labelled.size())
                .map(sample -> labelled.label(sample).orElseThrow())
                .toArray();
        return StratifiedSplit.of(labels, labelled.classNames().size(), VALIDATION, seed);
    }

    private void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    private FinetuneResult result(List<FitResult> fits, List<Double> probes) {
        ModelOptions model = settings.recipe().config().model();
        return new FinetuneResult(
                settings.source(),
                Yaml.toTree(learned.encoder().spec()).path("type").asText(),
                settings.recipeName(),
                settings.labels(),
                settings.draws(),
                settings.tuningTrials(),
                settings.seed(),
                model.frozenBlocks(),
                Optional.of(model.adapt()).filter(AdapterSpec::present),
                settings.recipe().head().name().toLowerCase(Locale.ROOT),
                settings.classes(),
                Evaluation.Data.of(data.train()),
                Evaluation.Data.of(data.test()),
                List.of(
                        row(fits, FinetuneResult.FINETUNED, "fine-tuned from learned weights"),
                        row(fits, FinetuneResult.RANDOM, "fine-tuned from random weights"),
                        FinetuneResult.Row.of(FinetuneResult.PROBE, "linear probe on frozen features", probes)),
                fits,
                Evaluation.Machine.here(),
                notes,
                fits.stream().mapToDouble(FitResult::seconds).sum());
    }

    private static FinetuneResult.Row row(List<FitResult> fits, String start, String title) {
        return FinetuneResult.Row.of(
                start,
                title,
                fits.stream()
                        .filter(fit -> fit.start().equals(start))
                        .flatMap(fit -> fit.top1().stream())
                        .toList());
    }
}
