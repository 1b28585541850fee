package org.mmcr.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.train.run.ViewEmbeddings;
import org.mmcr.train.run.ViewNetwork;
import org.mmcr.train.run.ViewOptions;
import picocli.CommandLine.Option;

/** The option that chooses the augmentation of views for an encoder without a run. */
final class AugmentChoice {
    @Option(
            names = "--augment",
            order = CommonOptions.OF_ENCODERS,
            completionCandidates = Candidates.Augmentations.class,
            paramLabel = "A",
            description = {
                "Augmentation of the views with --encoder FILE: cifar, stl, imagenet-a or imagenet-b. Default: that of the",
                "encoder's size."
            })
    Optional<String> name = Optional.empty();

    /** Refuses the option where it has no effect. */
    void require(Optional<Integer> views, Optional<Path> file) {
        if (name.isPresent() && (views.isEmpty() || file.isEmpty())) {
            throw new UsageException("expected --augment only with --encoder FILE and --views, found it without; a run"
                    + " has its own augmentation");
        }
    }

    /** Returns the embedder of K views: by the run's recipe and projector, or of an encoder's features. */
    ViewEmbeddings views(ChosenEncoder chosen, int views, long seed, int threads) {
        return chosen.run()
                .map(run -> new ViewEmbeddings(run, views, seed, threads))
                .orElseGet(() -> {
                    List<ViewRecipe> recipes = UsageException.check(
                            () -> ViewOptions.recipesFor(chosen.features().view(), name));
                    return new ViewEmbeddings(ViewNetwork.features(chosen.features(), recipes), views, seed, threads);
                });
    }
}
