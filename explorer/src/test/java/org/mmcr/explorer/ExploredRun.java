package org.mmcr.explorer;

import java.nio.file.Path;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;

/**
 * A run of a few seconds on drawn pictures.
 *
 * @param run its folder
 * @param pictures the folder of the pictures
 */
public record ExploredRun(Path run, Path pictures) {
    public static final int PICTURES = 300;

    /** Makes both in a folder. */
    public static ExploredRun in(Path folder) {
        Path pictures = folder.resolve("pictures");
        SyntheticPictures.write(pictures, PICTURES / 10, 3);
        Path run = folder.resolve("a-run");
        PretrainConfig config = PretrainConfig.defaults()
                .with("batch", "16")
                .with("views", "2")
                .with("view.recipes", "[{base: cifar, size: 16}]")
                .with(
                        "model.encoder",
                        "{type: fast, stemWidth: 8, widths: [16], blocks: [1], strides: [2], headWidth: 0}")
                .with("model.projector.widths", "[16, 8]")
                .with("precision", "fp32")
                .with("threads", "1")
                .with("loaderThreads", "1")
                .withBudget(Budget.ofSteps(40));
        try (DataSource data = DataSources.open(pictures.toString(), DataOptions.defaults())) {
            new Trainer(config, data, RunDirectory.create(run), TrainListener.NONE).run();
        }
        return new ExploredRun(run, pictures);
    }

    /** An explorer of it on a free port. */
    Explorer explore() {
        return Explorer.start(ExploreOptions.of(run, pictures.toString()));
    }
}
