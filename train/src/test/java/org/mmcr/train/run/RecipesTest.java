package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.ResNetSpec;
import org.mmcr.train.finetune.FinetuneRecipe;
import org.mmcr.train.optim.AdamSpec;
import org.mmcr.train.optim.LarsSpec;

class RecipesTest {
    static List<String> names() {
        return Recipes.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void load_everyBuiltInRecipe_isValidAndStatesCommandHardwareMinutesResultAndN(String name) {
        assertThat(Recipes.load(name)).isNotNull();
        assertThat(Recipes.text(name))
                .contains("# command ")
                .contains("# hardware ")
                .contains("# minutes ")
                .contains("# result ")
                .containsPattern("# n  +\\d");
    }

    @Test
    void names_areTheFilesOfTheRecipesFolder() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../recipes"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(Recipes.names().stream(), FinetuneRecipe.names().stream())
                                    .toList());
        }
    }

    @Test
    void cifar10_isThePublishedSetting() {
        PretrainConfig config = Recipes.load("cifar10");
        assertThat(config.batch()).isEqualTo(32);
        assertThat(config.views()).isEqualTo(40);
        assertThat(config.budget()).isEqualTo(Budget.ofEpochs(500));
        assertThat(config.model().encoder()).isEqualTo(ResNetSpec.cifar(ResNetSpec.Depth.RESNET50));
        assertThat(config.model().projector().widths()).containsExactly(512, 128);
        assertThat(config.optimizer()).isEqualTo(AdamSpec.of(1e-3, 1e-6));
        assertThat(config.schedule().factor(5, 0.9, java.util.OptionalLong.of(100), 10))
                .isEqualTo(1);
        assertThat(config.view().recipes()).containsExactly(PictureViewRecipe.cifar());
    }

    @Test
    void imagenet_isThePublishedSetting() {
        PretrainConfig config = Recipes.load("imagenet");
        assertThat(config.batch() * config.views()).isEqualTo(4096);
        assertThat(config.model().projector().widths()).containsExactly(8192, 8192, 512);
        assertThat(config.optimizer()).isInstanceOfSatisfying(LarsSpec.class, lars -> {
            assertThat(lars.learningRate()).isEqualTo(0.6 * 2048 / 256);
            assertThat(lars.weightDecay()).isEqualTo(1e-6);
        });
        assertThat(config.ema()).isEqualTo(new EmaOptions(0.99, false, true));
        assertThat(config.view().recipes())
                .containsExactly(PictureViewRecipe.imagenetA(), PictureViewRecipe.imagenetB());
        assertThat(config.schedule().finalFactor()).isEqualTo(0.001);
    }

    /** A recipe of an objective has its name, states its standard settings, and leaves the rest as it is. */
    @Test
    void objectives_haveARecipeEachThatStatesTheirStandardSettings() {
        for (ObjectiveSpec standard : ObjectiveSpec.standards()) {
            if (!(standard instanceof MmcrSpec)) {
                PretrainConfig config = Recipes.load(standard.build().name());
                assertThat(config.objective()).isEqualTo(standard);
                assertThat(config.with("objective.type", "mmcr")).isEqualTo(PretrainConfig.defaults());
            }
        }
    }

    @Test
    void load_unknownName_listsRecipesAndNamesTheNearest() {
        assertThatThrownBy(() -> Recipes.load("cifar"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("cpu, demo, cifar10, stl10, imagenet, vectors")
                .hasMessageContaining("did you mean 'cifar10'?");
    }
}
