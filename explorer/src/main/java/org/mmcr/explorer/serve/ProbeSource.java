package org.mmcr.explorer.serve;

import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.analysis.export.SavedProbe;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * The linear probe that {@code mmcr evaluate} keeps in a run's folder.
 *
 * @param run folder
 * @param model whose weights the probe must have been fitted to
 */
public record ProbeSource(RunDirectory run, TrainedModel model) implements HeadSource {
    @Override
    public Path file() {
        return run.probe();
    }

    @Override
    public Optional<LinearHead> read() {
        return Optional.of(SavedProbe.of(run, model));
    }
}
