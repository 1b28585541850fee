package org.mmcr.train.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.train.optim.SgdSpec;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;

class FinetuneRecipeTest {
    private static final PretrainConfig BASE = FinetuneSettings.base(
            Optional.empty(), PretrainConfig.defaults().model().encoder(), 3, List.of());
    private static final EvaluationView INPUT =
            PictureEvaluationView.of(PictureViewRecipe.cifar().withSize(40));

    private static FinetuneRecipe read(String text) {
        return FinetuneRecipe.read("my.yaml", text, BASE);
    }

    @Test
    void read_ownKeysAndThoseOfAConfiguration_takesBoth() {
        FinetuneRecipe recipe = read("headLearningRate: 0.25\nhead: random\npatience: 3\nbatch: 16\n");
        assertThat(recipe).isEqualTo(new FinetuneRecipe(BASE.with("batch", "16"), 0.25, FinetuneRecipe.Head.RANDOM, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing here\n", "~"})
    void read_nothing_changesNothing(String text) {
        assertThat(read(text)).isEqualTo(new FinetuneRecipe(BASE, 0.001, FinetuneRecipe.Head.PROBE, 8));
    }

    @Test
    void read_unknownKey_namesItsLineInTheFile() {
        assertThatThrownBy(() -> read("# my recipe\nheadLearningRate: 0.1\n\nbacth: 8\n"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("my.yaml line 4")
                .hasMessageContaining("did you mean 'batch'?");
    }

    @Test
    void read_aList_isNoRecipe() {
        assertThatThrownBy(() -> read("- batch: 8\n- head: probe\n"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("my.yaml: expected YAML keys and values, found array");
    }

    @Test
    void read_whatIsNotYaml_namesTheLine() {
        assertThatThrownBy(() -> read("head: probe\nbatch: [8\n"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("my.yaml line")
                .hasMessageContaining("expected YAML");
    }

    /** Keys that would change the row from random weights or what is evaluated, or that have no effect. */
    @ParameterizedTest
    @CsvSource({
        "model.init, w.safetensors, model.init",
        "ema.decay, 0.99, ema",
        "monitor.steps, 10, monitor",
        "data.strict, true, data",
        "data.keep, curation.csv, data",
        "view.sizes, '[{until: 1, size: 8}]', view.sizes",
        "view.evaluationSize, 48, view.evaluationSize",
        "view.recipes, '[{base: vectors, noise: 0.2}]', view"
    })
    void requireClassifier_ofAKeyThatIsNotTheRecipes_namesIt(String key, String value, String named) {
        PretrainConfig changed = BASE.with(key, value);
        assertThatThrownBy(() -> FinetuneSettings.requireClassifier(changed, BASE, INPUT))
                .isInstanceOf(MmcrException.class)
                .hasMessage("expected the network, weights, objective, views and data that finetune sets itself, found "
                        + named + " changed by the recipe or --set; remove it there");
    }

    /** Other recipes of views reset the sizes of the run's own. */
    @ParameterizedTest
    @ValueSource(strings = {"finetune", "finetune-imagenet-1", "finetune-imagenet-10"})
    void requireClassifier_ofABuiltInRecipe_isFine(String name) {
        PretrainConfig base = BASE.with("view.sizes", "[{until: 1, size: 8}]");
        PretrainConfig config = FinetuneRecipe.load(name, base).config();
        assertThatCode(() -> FinetuneSettings.requireClassifier(config, base, INPUT))
                .doesNotThrowAnyException();
    }

    /** The semi-supervised evaluation of VICReg, which the recipes name as their source. */
    @ParameterizedTest
    @CsvSource({"finetune-imagenet-1, 0.03, 0.08", "finetune-imagenet-10, 0.01, 0.1"})
    void load_ofImageNet_isThePublishedSetting(String name, double encoderRate, double headRate) {
        FinetuneRecipe recipe = FinetuneRecipe.load(name, BASE);
        PretrainConfig config = recipe.config();
        assertThat(recipe.headLearningRate()).isEqualTo(headRate);
        assertThat(recipe.head()).isEqualTo(FinetuneRecipe.Head.RANDOM);
        assertThat(config.optimizer()).isEqualTo(SgdSpec.of(encoderRate));
        assertThat(config.budget()).isEqualTo(Budget.ofEpochs(20));
        assertThat(config.batch()).isEqualTo(256);
        assertThat(config.schedule().finalFactor()).isZero();
    }

    /** Its config.yaml has the views of the encoder's input, and perhaps threads and cache of another machine. */
    @Test
    void requireClassifier_ofAnEarlierFineTuning_isFine() {
        PretrainConfig earlier = FinetuneSettings.viewed(
                        FinetuneRecipe.load("finetune", BASE).config(), INPUT)
                .with("data.threads", "77")
                .with("data.cacheBudgetBytes", "1000")
                .with("data.cacheDirectory", "/other/cache");
        PretrainConfig config = read(earlier.toYaml()).config();
        assertThat(config.view().evaluationSize()).isEqualTo(40);
        assertThatCode(() -> FinetuneSettings.requireClassifier(config, BASE, INPUT))
                .doesNotThrowAnyException();
    }

    @Test
    void requireClassifier_ofAnEarlierFineTuningOnRows_isFine() {
        EvaluationView rows =
                new VectorEvaluationView(new ColumnStatistics(List.of("a", "b"), List.of(0.1, 0.2), List.of(1.0, 3.0)));
        PretrainConfig base = BASE.with("view.recipes", "[vectors]");
        PretrainConfig earlier = FinetuneSettings.viewed(base, rows);
        PretrainConfig config =
                FinetuneRecipe.read("my.yaml", earlier.toYaml(), base).config();
        assertThat(config.view()).isNotEqualTo(base.view());
        assertThatCode(() -> FinetuneSettings.requireClassifier(config, base, rows))
                .doesNotThrowAnyException();
    }
}
