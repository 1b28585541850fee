package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Yaml;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.ViewShape;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.optim.AdamWSpec;
import org.mmcr.train.optim.OptimizerSpec;

class PretrainConfigTest {
    @TempDir
    Path folder;

    private PretrainConfig read(String... lines) throws IOException {
        Path file = folder.resolve("my.yaml");
        Files.write(file, List.of(lines));
        return PretrainConfig.read(file);
    }

    @Test
    void toYaml_readBack_isTheSameConfiguration() throws IOException {
        PretrainConfig config = PretrainConfig.defaults()
                .with("seed", "9")
                .with("budget.epochs", "12")
                .with("view.recipes", "[imagenet-a, {base: stl, size: 40}]")
                .with("view.sizes", "[{until: 0.5, size: 20}, {until: 1, size: 40}]")
                .with("schedule.warmup", "{steps: 10}")
                .with("ema", "{decay: 0.99, target: true}")
                .with("precision", "bf16");
        assertThat(read(config.toYaml())).isEqualTo(config);
    }

    /** Such a run keeps its network, whatever the default recipe is now. */
    @Test
    void readWhole_ofARunBeforeSomeKeys_hasNoneOfTheirFeatures() throws IOException {
        PretrainConfig config = PretrainConfig.defaults();
        String before =
                config.toYaml().replaceAll("(?m)^ *(headConcat|earlyStages|earlyFeatures|bias|freeze):.*\n", "");
        Path file = Files.writeString(folder.resolve("config.yaml"), before);
        assertThat(PretrainConfig.readWhole(file))
                .isEqualTo(config.with("model.encoder.headConcat", "false").with("model.encoder.earlyStages", "0"));
        Files.writeString(
                file, config.toYaml().replaceAll("(?m)^ *headWidth:.*\n", "").replaceAll("(?m)^seed:.*\n", ""));
        assertThatThrownBy(() -> PretrainConfig.readWhole(file)).hasMessageContaining("seed");
    }

    @Test
    void read_emptyFile_isTheDefaults() throws IOException {
        assertThat(read("# nothing here")).isEqualTo(PretrainConfig.defaults());
    }

    @Test
    void defaults_areTheDefaultRecipeInTheRepository() {
        assertThat(PretrainConfig.read(Path.of("../recipes", Recipes.DEFAULT + ".yaml")))
                .isEqualTo(PretrainConfig.defaults())
                .isEqualTo(Recipes.load(Recipes.DEFAULT));
    }

    static List<String> encoderTypes() {
        return ConfigKey.choices(EncoderSpec.class);
    }

    @ParameterizedTest
    @MethodSource("encoderTypes")
    void with_anotherEncoderType_startsFromItsStandardSettings(String type) {
        PretrainConfig config = PretrainConfig.defaults().with("model.encoder", "{type: mlp}");
        EncoderSpec changed = config.with("model.encoder.type", type).model().encoder();
        assertThat(EncoderSpec.standards()).contains(changed);
        assertThat(Yaml.toTree(changed).get("type").asText()).isEqualTo(type);
    }

    static List<String> optimizerTypes() {
        return ConfigKey.choices(OptimizerSpec.class);
    }

    @ParameterizedTest
    @MethodSource("optimizerTypes")
    void with_anotherOptimizerType_startsFromItsStandardSettings(String type) {
        String other = type.equals("sgd") ? "adam" : "sgd";
        PretrainConfig config = PretrainConfig.defaults().with("optimizer", "{type: " + other + "}");
        OptimizerSpec changed = config.with("optimizer.type", type).optimizer();
        assertThat(OptimizerSpec.standards()).contains(changed);
        assertThat(Yaml.toTree(changed).get("type").asText()).isEqualTo(type);
    }

    @Test
    void with_someKeysOfAnotherType_keepsItsStandardForTheRest() {
        PretrainConfig config = PretrainConfig.defaults().with("optimizer", "{type: adamw, beta1: 0.5}");
        assertThat(config.optimizer()).isEqualTo(new AdamWSpec(1e-3, 0.5, 0.999, 1e-8, 0.01));
        assertThat(config.with("optimizer", "{type: adamw, beta2: 0.7}").optimizer())
                .isEqualTo(new AdamWSpec(1e-3, 0.5, 0.7, 1e-8, 0.01));
    }

    @Test
    void with_otherViewRecipes_takesTheirOwnSizes() {
        PretrainConfig config = PretrainConfig.defaults();
        assertThat(config.view().evaluationSize()).isPositive();
        assertThat(config.with("view.recipes", "[stl]").view())
                .isEqualTo(ViewOptions.of(List.of(PictureViewRecipe.stl())));
    }

    @Test
    void read_missingValue_namesTheKey() {
        assertThatThrownBy(() -> read("view:", "  recipes:", "    - {type: vector, noise: 0.1, maskWith: row}"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("my.yaml line 3")
                .hasMessageContaining("view.recipes.0.mask")
                .hasMessageContaining("found none");
    }

    @Test
    void read_aFewKeys_keepsTheRest() throws IOException {
        PretrainConfig config = read("batch: 64", "ema:", "  decay: 0.9", "budget: {steps: 7}");
        assertThat(config.batch()).isEqualTo(64);
        assertThat(config.ema()).isEqualTo(new EmaOptions(0.9, true, false));
        assertThat(config.budget()).isEqualTo(Budget.ofSteps(7));
        assertThat(config.model()).isEqualTo(PretrainConfig.defaults().model());
    }

    @Test
    void read_viewRecipeWithABase_overridesOnlyWhatItNames() throws IOException {
        PretrainConfig config = read("view:", "  recipes:", "    - {base: cifar, minScale: 0.25}", "    - stl");
        assertThat(config.view().recipes().get(0)).isInstanceOfSatisfying(PictureViewRecipe.class, recipe -> {
            assertThat(recipe.minScale()).isEqualTo(0.25);
            assertThat(recipe.hue()).isEqualTo(PictureViewRecipe.cifar().hue());
        });
        assertThat(config.view().recipes().get(1)).isEqualTo(PictureViewRecipe.stl());
    }

    @Test
    void read_unknownKey_namesFileLineAndNearestKey() {
        assertThatThrownBy(() -> read("seed: 1", "objective:", "  localWieght: 0.1"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("my.yaml line 3")
                .hasMessageContaining("unknown key 'localWieght' in 'objective'")
                .hasMessageContaining("did you mean 'localWeight'?");
    }

    @Test
    void read_unknownTopLevelKey_namesTheNearestOne() {
        assertThatThrownBy(() -> read("# recipe", "bacth: 64"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("did you mean 'batch'?");
    }

    @Test
    void read_unknownKeyLikeNoOther_suggestsNone() {
        assertThatThrownBy(() -> read("epochs: 3"))
                .hasMessageContaining("unknown key 'epochs'. Known keys: accumulate, batch")
                .hasMessageNotContaining("did you mean");
    }

    @Test
    void read_unknownEncoderType_listsTheKnownOnes() {
        assertThatThrownBy(() -> read("model:", "  encoder: {type: resnet19}"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("found resnet19")
                .hasMessageContaining("did you mean 'resnet18'?");
    }

    @Test
    void read_unknownViewRecipe_namesTheNearestOne() {
        assertThatThrownBy(() -> read("view: {recipes: [cifra]}")).hasMessageContaining("did you mean 'cifar'?");
    }

    @Test
    void read_wordForANumber_reportsExpectedAndFound() {
        assertThatThrownBy(() -> read("seed: 1", "batch: many"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("expected a whole number for 'batch'")
                .hasMessageContaining("'many'");
    }

    @Test
    void read_fractionForAWholeNumber_fails() {
        assertThatThrownBy(() -> read("batch: 2.5"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void read_valueOutOfRange_namesTheLine() {
        assertThatThrownBy(() -> read("seed: 1", "schedule: {finalFactor: 3}"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("fraction from 0 to 1")
                .hasMessageContaining("found 3");
    }

    @ParameterizedTest
    @CsvSource({
        "batch, 0",
        "accumulate, 0",
        "views, 0",
        "clip, -1",
        "threads, -1",
        "loaderThreads, -1",
        "prefetch, 0",
        "checkpoint.minutes, -1",
        "checkpoint.steps, -1",
        "checkpoint.keep, 0",
        "optimizer.learningRate, -1",
        "optimizer.momentum, 1",
        "optimizer.vectorLearningRate, -1",
        "optimizer.layerDecay, 0",
        "optimizer.newtonSchulzSteps, 0",
        "schedule.finalFactor, -1",
        "schedule.warmup.fraction, 2",
        "ema.decay, 1",
        "monitor.steps, -1",
        "monitor.heldOut, 0",
        "monitor.bank, 0",
        "monitor.k, 0",
        "monitor.temperature, 0",
        "quality.steps, -1",
        "quality.samples, 1",
        "quality.views, 1",
        "distributed.timeoutSeconds, 0",
        "objective.localWeight, -1",
        "model.encoder.stemWidth, 0",
        "model.adapt.rank, -1",
        "budget.minutes, 0"
    })
    void with_valueOutOfRange_namesValueAndRemedy(String key, String value) {
        assertThatThrownBy(() -> PretrainConfig.defaults().with(key, value))
                .isInstanceOf(MmcrException.class)
                .hasMessageMatching(".*expected .*, found .*" + Pattern.quote(value) + ".*; .*");
    }

    @Test
    void read_twoBudgets_fails() {
        assertThatThrownBy(() -> read("budget: {steps: 7, minutes: 3}")).hasMessageContaining("exactly one budget");
    }

    @Test
    void read_sameKeyTwice_fails() {
        assertThatThrownBy(() -> read("batch: 64", "batch: 32")).isInstanceOf(MmcrException.class);
    }

    @Test
    void read_momentumTargetWithoutADecay_reportsWhatToSet() {
        assertThatThrownBy(() -> read("ema: {target: true}")).hasMessageContaining("published 0.99");
    }

    @Test
    void with_unknownKey_namesTheOption() {
        assertThatThrownBy(() -> PretrainConfig.defaults().with("model.projektor", "1"))
                .hasMessageContaining("option model.projektor")
                .hasMessageContaining("did you mean 'projector'?");
    }

    @Test
    void viewSizes_byProgress_takeTheStageInForce() {
        ViewOptions view = PretrainConfig.defaults()
                .with("view.sizes", "[{until: 0.6, size: 20}, {until: 1, size: 32}]")
                .view();
        assertThat(view.at(0).get(0).shape()).isEqualTo(new ViewShape.Square(20));
        assertThat(view.at(0.59).get(0).shape()).isEqualTo(new ViewShape.Square(20));
        assertThat(view.at(0.6).get(0).shape()).isEqualTo(new ViewShape.Square(32));
        assertThat(view.evaluation().shape()).isEqualTo(new ViewShape.Square(32));
    }

    @Test
    void evaluationSize_given_overridesTheViewsSize() {
        PretrainConfig config = PretrainConfig.defaults().with("view", "{recipes: [{base: cifar, size: 24}]}");
        assertThat(config.view().evaluation().shape()).isEqualTo(new ViewShape.Square(24));
        assertThat(config.with("view.evaluationSize", "32").view().evaluation().shape())
                .isEqualTo(new ViewShape.Square(32));
    }

    /** One size moves views and evaluation: a network trained at one size and evaluated at another loses accuracy. */
    @Test
    void withSize_movesViewsAndEvaluationInProportion() {
        ViewOptions doubled = PretrainConfig.defaults().view().withSize(64);
        assertThat(doubled.at(0.5).get(0).shape()).isEqualTo(new ViewShape.Square(48));
        assertThat(doubled.evaluation().shape()).isEqualTo(new ViewShape.Square(64));
        assertThat(doubled.withSize(32).at(0.5).get(0).shape()).isEqualTo(new ViewShape.Square(24));
        ViewOptions staged = PretrainConfig.defaults()
                .with("view.sizes", "[{until: 0.6, size: 16}, {until: 1, size: 24}]")
                .view()
                .withSize(96);
        assertThat(staged.at(0).get(0).shape()).isEqualTo(new ViewShape.Square(48));
        assertThat(staged.at(1).get(0).shape()).isEqualTo(new ViewShape.Square(72));
    }

    @Test
    void viewRecipe_ofAnotherSize_movesTheEvaluationToo() {
        PretrainConfig stl = PretrainConfig.defaults().with("view.recipes", "[stl]");
        assertThat(stl.view().evaluation().shape()).isEqualTo(new ViewShape.Square(64));
        assertThat(stl.view().withSize(48).evaluation().shape()).isEqualTo(new ViewShape.Square(48));
        assertThat(stl.view().withSize(48).at(0).get(0).shape()).isEqualTo(new ViewShape.Square(48));
        PretrainConfig imagenet = PretrainConfig.defaults().with("view.recipes", "[imagenet-a, imagenet-b]");
        assertThat(imagenet.view().evaluation().shape()).isEqualTo(new ViewShape.Square(224));
    }

    @Test
    void nearest_distance_isLevenshteins() {
        assertThat(SpellingSuggestion.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(SpellingSuggestion.distance("", "abc")).isEqualTo(3);
        assertThat(SpellingSuggestion.distance("same", "same")).isZero();
    }
}
