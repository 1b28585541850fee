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
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.train.encoder.AdapterSpec;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearProbe;
import org.mmcr.train.evaluate.ProbeOptions;
import org.mmcr.train.evaluate.StratifiedSplit;
import org.mmcr.train.run.DivergedException;
import org.mmcr.train.run.ModelOptions;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainedModel;
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
     * @param learned encoder with the learned weights, in evaluation mode, not changed
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
    }

    /** Returns the files beside {@code fits/} and the run that {@link #run} writes into a folder. */
    public static List<Path> files(Path folder) {
        return List.of(folder.resolve("settings.json"), folder.resolve("finetuning.json"));
    }

    /**
     * Writes the settings into a new folder, or checks that the folder's are the same.
     *
     * @throws MmcrException if the folder belongs to another fine-tuning
     */
    public void claim() throws IOException {
        Files.createDirectories(fits());
        settings.claim(folder);
    }

    /**
     * Trains what is not done yet, and writes the result.
     *
     * @return the result; empty if a training was stopped
     * @throws MmcrException if the folder belongs to another fine-tuning, or a training fails
     */
    public Optional<FinetuneResult> run() throws IOException {
        claim();
        List<FitResult> fits = new ArrayList<>();
        List<Double> probes = new ArrayList<>();
        try (FeatureSet test = features(data.test(), "frozen features of the test data")) {
            for (int draw = 1; draw <= settings.draws(); draw++) {
                DataSource labelled = DataSources.subset(
                        data.train(), settings.budget().draw(data.train(), settings.seed() + draw - 1));
                probes.add(probe(draw, labelled, test));
                for (String start : List.of(FinetuneResult.FINETUNED, FinetuneResult.RANDOM)) {
                    if (!train(start, draw, labelled, fits)) {
                        return Optional.empty();
                    }
                }
            }
        }
        FinetuneResult result = result(fits, probes);
        publish();
        Json.write(folder.resolve("finetuning.json"), result);
        return Optional.of(result);
    }

    private Path fits() {
        return folder.resolve("fits");
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
    private boolean train(String start, int draw, DataSource labelled, List<FitResult> fits) throws IOException {
        StratifiedSplit split = split(labelled, settings.seed() + draw - 1);
        Fit chosen = new Fit(start, draw, Optional.empty(), settings.recipe(draw, 1, 1), Integer.MAX_VALUE);
        if (settings.tuningTrials() > 0 && split.heldOut().length == 0) {
            note("a draw has too few labels of each class for a validation part; learning rates and epochs are those of"
                    + " the recipe");
        }
        double best = -1;
        int trials = split.heldOut().length == 0 ? 0 : settings.tuningTrials();
        for (int trial = 1; trial <= trials; trial++) {
            double[] factors = GRID[trial - 1];
            FinetuneRecipe recipe = settings.recipe(draw, factors[0], factors[1]);
            Fit fit = new Fit(start, draw, Optional.of(trial), recipe, Integer.MAX_VALUE);
            Optional<FitResult> result = done(
                    fit,
                    DataSources.subset(labelled, split.rest()),
                    Optional.of(DataSources.subset(labelled, split.heldOut())));
            if (result.isEmpty()) {
                return false;
            }
            fits.add(result.get());
            double score = result.get().validation().orElse(-1.0);
            if (score > best) {
                best = score;
                chosen = new Fit(
                        start, draw, Optional.empty(), recipe, result.get().epochs());
            }
        }
        Optional<FitResult> last = done(chosen, labelled, Optional.empty());
        last.ifPresent(fits::add);
        return last.isPresent();
    }

    private StratifiedSplit split(DataSource labelled, long seed) {
        int[] labels = IntStream.range(0, labelled.size())
                .map(sample -> labelled.label(sample).orElseThrow())
                .toArray();
        return StratifiedSplit.of(labels, labelled.classNames().size(), VALIDATION, seed);
    }

    /**
     * A training to do.
     *
     * @param trial number of the tuning trial; empty for the training on all labels
     * @param epochs after which it ends, if its budget does not end before
     */
    private record Fit(String start, int draw, Optional<Integer> trial, FinetuneRecipe recipe, int epochs) {
        String name() {
            return "draw" + draw + "-" + start
                    + trial.map(number -> "-trial" + number).orElse("");
        }

        String text(int draws) {
            return String.format(
                    Locale.ROOT,
                    "draw %d of %d, %s: %s, learning rates %.3g and %.3g",
                    draw,
                    draws,
                    start,
                    trial.map(number -> "trial " + number).orElse("all labels"),
                    recipe.config().optimizer().learningRate(),
                    recipe.headLearningRate());
        }
    }

    /** The result of a training, from its file or by training; empty if it was stopped. */
    private Optional<FitResult> done(Fit fit, DataSource source, Optional<DataSource> heldOut) throws IOException {
        Path file = fits().resolve(fit.name() + ".json");
        if (Files.exists(file)) {
            return Optional.of(Json.read(file, FitResult.class));
        }
        progress.fit(fit.text(settings.draws()));
        long began = System.nanoTime();
        RunDirectory run = RunDirectory.ofAnother(fits().resolve(fit.name()));
        FinetuneRecipe recipe = fit.recipe().with(fitted(fit.recipe().config(), source.size()));
        LabelledTraining training = new LabelledTraining(
                recipe,
                source,
                settings.classes(),
                fit.start().equals(FinetuneResult.FINETUNED) ? Optional.of(learned.encoder()) : Optional.empty(),
                heldOut,
                fit.epochs(),
                threads);
        FitResult result;
        try {
            TrainingTotals totals = train(recipe, source, run, training);
            if (!totals.finished()) {
                return Optional.empty();
            }
            result = result(fit, source, training, run, totals, began);
        } catch (DivergedException e) {
            if (fit.trial().isEmpty()) {
                throw e;
            }
            note(fit.name() + " diverged and was not chosen");
            result = result(fit, source, 0, Optional.empty(), Optional.empty(), began);
        }
        Json.write(file, result);
        if (!fit.name().equals(published())) {
            AtomicFiles.deleteTree(run.root());
        }
        return Optional.of(result);
    }

    /** A batch that the samples fill. */
    private static PretrainConfig fitted(PretrainConfig config, int samples) {
        return config.batch() <= samples ? config : config.with("batch", String.valueOf(samples));
    }

    private TrainingTotals train(FinetuneRecipe recipe, DataSource source, RunDirectory run, LabelledTraining training)
            throws IOException {
        boolean resuming =
                RunDirectory.isRun(run.root()) && run.latestCheckpoint().isPresent();
        ValidationFile kept = new ValidationFile(run.root().resolve("validation.json"), training.validation());
        if (resuming) {
            kept.read();
        } else {
            AtomicFiles.deleteTree(run.root()); // of a process that was killed before its first checkpoint
        }
        return progress.train(listener -> Trainer.supervised(
                recipe.config(),
                source,
                resuming ? run : RunDirectory.create(run.root()),
                TrainListener.both(listener, kept),
                training,
                resuming));
    }

    private FitResult result(
            Fit fit,
            DataSource source,
            LabelledTraining training,
            RunDirectory run,
            TrainingTotals totals,
            long began) {
        if (fit.trial().isPresent()) {
            int best = training.bestEpoch();
            return result(
                    fit, source, best, Optional.ofNullable(training.validation().get(best)), Optional.empty(), began);
        }
        EmbeddingModel model = TrainedModel.load(run).model();
        int epochs = (int) Math.round(totals.epochs());
        return result(fit, source, epochs, Optional.empty(), Optional.of(training.accuracy(model, data.test())), began);
    }

    private static FitResult result(
            Fit fit, DataSource source, int epochs, Optional<Double> validation, Optional<Double> top1, long began) {
        return new FitResult(
                fit.start(),
                fit.draw(),
                fit.trial(),
                source.size(),
                fit.recipe().config().optimizer().learningRate(),
                fit.recipe().headLearningRate(),
                epochs,
                validation,
                top1,
                (System.nanoTime() - began) / 1e9);
    }

    private static String published() {
        return "draw1-" + FinetuneResult.FINETUNED;
    }

    /** Moves the run of the first draw from learned weights into the folder, unless that was done before. */
    private void publish() throws IOException {
        RunDirectory from = RunDirectory.ofAnother(fits().resolve(published()));
        if (!RunDirectory.isRun(from.root())) {
            return;
        }
        RunDirectory to = RunDirectory.ofAnother(folder);
        AtomicFiles.deleteTree(to.checkpoints());
        Files.move(from.checkpoints(), to.checkpoints());
        for (Path file : List.of(from.metrics(), from.provenance(), from.broken(), from.config())) {
            AtomicFiles.writeText(folder.resolve(file.getFileName()), Files.readString(file));
        }
        AtomicFiles.deleteTree(from.root());
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
