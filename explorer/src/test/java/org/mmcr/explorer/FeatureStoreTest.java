package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

@ExtendWith(PointerScopeExtension.class)
class FeatureStoreTest {
    @TempDir
    private Path folder;

    @Test
    void open_anotherStep_computesItsOwnFeaturesAndTheSameStepReadsThem() {
        ExploredRun explored = ExploredRun.in(folder);
        RunDirectory run = RunDirectory.open(explored.run());
        TrainedModel trained = TrainedModel.load(run);
        ExploreOptions options =
                ExploreOptions.of(explored.run(), explored.pictures().toString());
        try (PictureSource data =
                (PictureSource) DataSources.open(explored.pictures().toString(), DataOptions.defaults())) {
            List<Integer> computed = new ArrayList<>();
            FeatureStore first = FeatureStore.open(options, ExploreEncoder.of(trained), data, computed::add);
            assertThat(computed).isNotEmpty();
            computed.clear();

            FeatureStore untrained =
                    FeatureStore.open(options, ExploreEncoder.of(trained.untrained()), data, computed::add);
            assertThat(computed).isNotEmpty();
            assertThat(untrained.features().equal(first.features())).isFalse();
            computed.clear();

            FeatureStore again = FeatureStore.open(options, ExploreEncoder.of(trained), data, computed::add);
            assertThat(computed).isEmpty();
            assertThat(again.features().equal(first.features())).isTrue();
        }
    }
}
