package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.JitteredSample;
import org.mmcr.data.PictureSource;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.InputFeatures;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.SizeChoice;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.Trainer;

/**
 * The features by which a curation compares pictures: those of a given encoder, of one that is trained on the pictures
 * first, or of a few pictures their pixels.
 *
 * @param model computes the features
 * @param text describes where they come from
 * @param chosen the encoder, whose features can be cached; empty for pixels
 */
record CurationEncoder(FeatureModel model, String text, Optional<ChosenEncoder> chosen) implements AutoCloseable {
    /** Fewer pictures do not train an encoder. */
    private static final int FEWEST = 256;
    /** Sides of the pictures whose pixels are compared. */
    private static final int FINE = 32;

    private static final int COARSE = 16;
    /** Pictures that are compared to count different ones. */
    private static final int SAMPLED = 4096;

    static CurationEncoder of(ChosenEncoder given) {
        return new CurationEncoder(given.features(), given.source(), Optional.of(given));
    }

    /**
     * Returns the encoder in a folder, after its training; pixels for pictures that are too few. Empty if the training
     * was interrupted.
     *
     * @param recipe of a new encoder; the size of its views is that of the pictures
     */
    static Optional<CurationEncoder> ofPictures(
            CommandContext context,
            PictureSource source,
            PretrainConfig recipe,
            RunDirectory folder,
            ComputeDevice where,
            PrintWriter remarks) {
        if (distinct(source) < FEWEST) {
            remarks.println("fewer than " + FEWEST + " different pictures: they are compared by their pixels");
            return Optional.of(pixels(source));
        }
        boolean finished = RunDirectory.isRun(folder.root())
                ? resumed(context, source, folder, where, remarks)
                : trained(context, source, recipe, folder, where, remarks);
        if (!finished) {
            return Optional.empty();
        }
        TrainedModel model = TrainedModel.load(folder).on(where);
        return Optional.of(new CurationEncoder(
                model.features(),
                "an encoder trained on these pictures: " + folder,
                Optional.of(ChosenEncoder.of(model))));
    }

    /** Copies of a few pictures, however many, need few numbers each. */
    private static CurationEncoder pixels(PictureSource source) {
        int side = source.size() > SAMPLED ? COARSE : FINE;
        PictureEvaluationView view =
                PictureEvaluationView.of(PictureViewRecipe.cifar()).withSize(side, side);
        return new CurationEncoder(new InputFeatures(view), "pixels, " + side + " x " + side, Optional.empty());
    }

    /** Number of different pictures among some spread over the data; copies of one picture train nothing. */
    private static long distinct(PictureSource source) {
        return Arrays.stream(JitteredSample.of(source.size(), SAMPLED))
                .map(i -> Arrays.hashCode(source.picture(i).rgb()))
                .distinct()
                .count();
    }

    /** Continues a training, or finds it finished. */
    private static boolean resumed(
            CommandContext context,
            PictureSource source,
            RunDirectory folder,
            ComputeDevice where,
            PrintWriter remarks) {
        RunDirectory run = RunDirectory.open(folder.root());
        // A process that was killed before its first step may have written the configuration alone.
        if (Files.exists(run.provenance())
                && !RunReport.read(run).dataFingerprint().equals(source.fingerprint())) {
            throw new UsageException("expected an encoder of " + source.location() + " in " + folder
                    + ", found one of other pictures; give another --out, or --run " + folder + " to use it");
        }
        remarks.println("using the encoder in " + folder);
        return Training.run(
                        context,
                        listener -> Trainer.resume(folder, source, listener).on(where))
                .finished();
    }

    private static boolean trained(
            CommandContext context,
            PictureSource source,
            PretrainConfig recipe,
            RunDirectory folder,
            ComputeDevice where,
            PrintWriter remarks) {
        remarks.printf(
                Locale.ROOT,
                "training an encoder on %,d pictures for %.1f minutes; --run or --encoder takes one that exists%n",
                source.size(),
                recipe.budget().minutes().orElseThrow());
        PretrainConfig config =
                SizeChoice.forPictures(SizeChoice.forSamples(recipe, source.size()), SizeChoice.MedianSize.of(source));
        RunDirectory made = RunDirectory.create(folder.root());
        return Training.run(context, listener -> new Trainer(config, source, made, listener).on(where))
                .finished();
    }

    @Override
    public void close() {
        chosen.ifPresent(ChosenEncoder::close);
    }
}
