package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.mmcr.analysis.embed.Provenance;
import org.mmcr.analysis.export.SavedWhitening;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.Whitening;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * Whitening statistics: those in a run's folder if they belong to its checkpoint, else those of the data at hand.
 *
 * @param statistics closed after use
 * @param ofRun whether the run kept them
 */
record WhiteningChoice(Whitening statistics, boolean ofRun) implements AutoCloseable {
    /**
     * Chooses the statistics, and says which.
     *
     * @param check called again and again during a pass over the data; what it throws ends the pass
     */
    static WhiteningChoice of(
            Optional<TrainedModel> run,
            FeatureModel features,
            DataSource data,
            int threads,
            CommandContext context,
            Runnable check,
            PrintWriter remarks) {
        Optional<Whitening> kept = run.flatMap(SavedWhitening::of);
        if (kept.isPresent()) {
            return new WhiteningChoice(kept.get(), true);
        }
        Whitening taken;
        try (PassProgress progress = new PassProgress(context.terminal())) {
            progress.stage("whitening statistics of " + data.location());
            taken = SavedWhitening.take(features, data, threads, done -> {
                check.run();
                progress.progress(done, samples(data));
            });
        }
        remarks.printf(
                "whitened with statistics of %,d samples of %s%s%n",
                taken.samples(),
                data.location(),
                run.isPresent() ? ", because the run keeps none of this checkpoint" : "");
        return new WhiteningChoice(taken, false);
    }

    /** Takes the statistics of a finished run and keeps them in its folder. Without them, the run is still whole. */
    static void keep(RunDirectory run, DataSource data, int threads, CommandContext context, PrintWriter remarks) {
        try (PassProgress progress = new PassProgress(context.terminal())) {
            progress.stage("whitening statistics");
            SavedWhitening.keep(run, data, threads, done -> progress.progress(done, samples(data)));
        } catch (MmcrException e) {
            remarks.println("no whitening statistics were kept: " + e.getMessage());
        }
    }

    private static int samples(DataSource data) {
        return Math.min(SavedWhitening.SAMPLES, data.size());
    }

    /** Returns the {@code whitened} member of a document. */
    Provenance.Whitened document() {
        return new Provenance.Whitened(statistics.ridge(), statistics.samples(), ofRun ? "run" : "data");
    }

    @Override
    public void close() {
        statistics.close();
    }
}
