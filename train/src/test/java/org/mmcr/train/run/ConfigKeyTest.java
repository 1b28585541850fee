package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigKeyTest {
    private static ConfigKey key(String path) {
        return ConfigKey.of(PretrainConfig.defaults(), path);
    }

    @Test
    void of_numbersAndFlags_haveTypeAndValueOfTheDefaultRecipe() {
        assertThat(key("batch").type()).isEqualTo(int.class);
        assertThat(key("batch").value()).contains("256");
        assertThat(key("budget.minutes").type()).isEqualTo(double.class);
        assertThat(key("budget.minutes").value()).contains("20");
        assertThat(key("budget.steps").type()).isEqualTo(long.class);
        assertThat(key("budget.steps").value()).isEmpty();
        assertThat(key("optimizer.learningRate").value()).contains("0.05");
        assertThat(key("data.strict").type()).isEqualTo(boolean.class);
        assertThat(key("data.cacheDirectory"))
                .extracting("type", "value")
                .containsExactly(String.class, Optional.empty());
        assertThat(key("model.encoder.width").value()).contains("48");
    }

    @Test
    void of_constantsAndTypesOfParts_haveTheirNamesAsChoices() {
        assertThat(key("precision").choices()).containsExactly("auto", "fp32", "bf16");
        assertThat(key("precision").value()).contains("auto");
        assertThat(key("optimizer.type").choices()).containsExactly("adam", "adamw", "sgd", "lars", "muon");
        assertThat(key("optimizer.type").value()).contains("muon");
        assertThat(key("model.encoder.type").choices())
                .startsWith("resnet18", "resnet34", "resnet50")
                .contains("wide_resnet50_2", "vit-tiny", "convnext-tiny")
                .endsWith("fast", "mlp", "towers");
    }

    @Test
    void of_anUnknownOrUndescribedKey_fails() {
        assertThatThrownBy(() -> key("bach"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bach");
        assertThatThrownBy(() -> key("optimizer.build")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> key("model.encoder.hashCode")).isInstanceOf(IllegalArgumentException.class);
    }
}
