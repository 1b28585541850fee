package org.mmcr.train.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.NonFiniteFeaturesException;
import org.mmcr.train.run.DivergedException;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/** The trainings of a fine-tuning, each with a file of its result; those that have one are not repeated. */
final class Fits {
    private final FinetuneSettings settings;
    private final EncoderFeatures learned;
    private final DataSource test;
    private final Path folder;
    private final Finetuning.Progress progress;
    private final int threads;
    private final Consumer<String> notes;

    /**
     * Prepares the trainings.
     *
     * @param test labelled test data
     * @param folder of the files
     * @param notes receives what the reader of the result should know
     */
    Fits(
            FinetuneSettings settings,
            EncoderFeatures learned,
            DataSource test,
            Path folder,
            Finetuning.Progress progress,
            int threads,
            Consumer<String> notes) {
        this.settings = settings;
        this.learned = learned;
        this.test = test;
        this.folder = folder;
        this.progress = progress;
        this.threads = threads;
        this.notes = notes;
    }

    /**
     * A training to do.
     *
     * @param trial number of the tuning trial; empty for the training on all labels
     * @param epochs after which it ends, if its budget does not end before
     */
    record Fit(String start, int draw, Optional<Integer> trial, FinetuneRecipe recipe, int epochs) {
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
    Optional<FitResult> done(Fit fit, DataSource source, Optional<DataSource> heldOut) throws IOException {
        Path file = folder.resolve(fit.name() + ".json");
        if (Files.exists(file)) {
            return ended(fit, Json.read(file, FitResult.class));
        }
        progress.fit(fit.text(settings.draws()));
        long began = System.nanoTime();
        RunDirectory run = RunDirectory.ofAnother(folder.resolve(fit.name()));
        FinetuneRecipe recipe = fit.recipe().with(fitted(fit.recipe().config(), source.size()));
        LabelledTraining training = new LabelledTraining(
                recipe,
                source,
                settings.classes(),
                fit.start().equals(FinetuneResult.FINETUNED) ? Optional.of(learned.encoder()) : Optional.empty(),
                heldOut,
                new ValidationFile(run.root().resolve("validation.json")),
                fit.epochs(),
                threads);
        FitResult result;
        try {
            TrainingTotals totals = train(recipe, source, run, training);
            if (!totals.finished()) {
                return Optional.empty();
            }
            result = result(fit, source, training, run, totals);
        } catch (DivergedException | NonFiniteFeaturesException e) {
            if (fit.trial().isEmpty()) {
                throw e;
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            result = result(fit, source, 0, Optional.empty(), Optional.empty(), seconds);
        }
        Json.write(file, result);
        return ended(fit, result);
    }

    /** Notes that a training diverged, and deletes its run, which is still there if a process was killed before. */
    private Optional<FitResult> ended(Fit fit, FitResult result) throws IOException {
        if (fit.trial().isPresent() && result.epochs() == 0) {
            notes.accept(fit.name() + " diverged and was not chosen");
        }
        if (!fit.name().equals(published())) {
            AtomicFiles.deleteTree(folder.resolve(fit.name()));
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
        if (!resuming) {
            AtomicFiles.deleteTree(run.root()); // of a process that was killed before its first checkpoint
        }
        return progress.train(listener -> Trainer.supervised(
                        recipe.config(),
                        source,
                        resuming ? run : RunDirectory.create(run.root()),
                        TrainListener.both(listener, training.validation()),
                        training,
                        resuming)
                .on(learned.device()));
    }

    private FitResult result(
            Fit fit, DataSource source, LabelledTraining training, RunDirectory run, TrainingTotals totals) {
        double seconds = totals.seconds();
        if (fit.trial().isPresent()) {
            int best = Math.max(1, training.bestEpoch()); // 0 is a trial that diverged
            Optional<Double> validation =
                    Optional.ofNullable(training.validation().accuracies().get(best));
            return result(fit, source, best, validation, Optional.empty(), seconds);
        }
        EmbeddingModel model = TrainedModel.load(run).on(learned.device()).model();
        int epochs = (int) Math.round(totals.epochs());
        return result(fit, source, epochs, Optional.empty(), Optional.of(training.accuracy(model, test)), seconds);
    }

    private static FitResult result(
            Fit fit,
            DataSource source,
            int epochs,
            Optional<Double> validation,
            Optional<Double> top1,
            double seconds) {
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
                seconds);
    }

    private static String published() {
        return "draw1-" + FinetuneResult.FINETUNED;
    }

    /**
     * Moves the run of the first draw from learned weights into a folder, unless that was done before. If the process
     * is killed meanwhile, the next call does the rest.
     */
    void publish(Path target) throws IOException {
        RunDirectory from = RunDirectory.ofAnother(folder.resolve(published()));
        if (!RunDirectory.isRun(from.root())) {
            return;
        }
        if (Files.isDirectory(from.checkpoints())) {
            Path checkpoints = RunDirectory.ofAnother(target).checkpoints();
            AtomicFiles.deleteTree(checkpoints);
            Files.move(from.checkpoints(), checkpoints);
        }
        for (Path file : List.of(from.metrics(), from.provenance(), from.broken(), from.config())) {
            if (Files.exists(file)) {
                AtomicFiles.writeText(target.resolve(file.getFileName()), Files.readString(file));
            }
        }
        AtomicFiles.deleteTree(from.root());
    }
}
