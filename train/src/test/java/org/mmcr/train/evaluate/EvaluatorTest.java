package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Precision;

class EvaluatorTest {
    private static final List<String> NAMES = List.of("red", "green", "blue");
    private static final EvaluationOptions OPTIONS = EvaluationOptions.defaults()
            .withPrecision(Precision.FP32)
            .withThreads(2)
            .withBatch(32);

    @Test
    void evaluate_toyPictures_jsonHasEveryPromisedKey() {
        Evaluation evaluation = evaluate(ToyPictures.of(150, NAMES, 1), ToyPictures.of(60, NAMES, 2), OPTIONS);
        JsonNode json = new ObjectMapper().registerModule(new Jdk8Module()).valueToTree(evaluation);
        for (String where : List.of("", "/untrained", "/pixels")) {
            for (String protocol : List.of("/knn", "/knn20", "/linear")) {
                JsonNode score = json.at(where + protocol);
                assertThat(score.at("/top1").isNumber()).as(where + protocol).isTrue();
                assertThat(score.at("/top1").asDouble()).isBetween(0.0, 1.0);
                assertThat(score.at("/n").asInt()).isEqualTo(60);
                assertThat(score.at("/protocol").asText()).isNotEmpty();
                assertThat(score.at("/confusion")).hasSize(3);
                assertThat(score.at("/per_class/0/accuracy").isNumber()).isTrue();
            }
        }
        assertThat(json.at("/knn/settings/k").asInt()).isEqualTo(150);
        assertThat(json.at("/knn/settings/requested_k").asInt()).isEqualTo(200);
        assertThat(json.at("/knn/notes/0").asText()).contains("capped");
        assertThat(json.at("/knn20/settings/temperature").asDouble()).isEqualTo(0.07);
        assertThat(json.at("/linear/settings/l2").isNumber()).isTrue();
        assertThat(json.at("/linear/settings/gradient_max_norm").isNumber()).isTrue();
        assertThat(json.at("/machine/cores").asInt()).isPositive();
        assertThat(json.at("/test/pictures").asInt()).isEqualTo(60);
    }

    @Test
    void evaluate_tintedPictures_pixelsAreEasy() {
        Evaluation evaluation = evaluate(ToyPictures.of(150, NAMES, 1), ToyPictures.of(60, NAMES, 2), OPTIONS);
        assertThat(evaluation.pixels().orElseThrow().linear().top1()).isGreaterThan(0.95);
        assertThat(evaluation.pixels().orElseThrow().knn20().top1()).isGreaterThan(0.95);
        assertThat(evaluation.knn()).isEqualTo(evaluation.trained().knn());
    }

    @Test
    void evaluate_sameEncoderTwice_untrainedScoresAreEqual() {
        Evaluation evaluation = evaluate(ToyPictures.of(120, NAMES, 1), ToyPictures.of(60, NAMES, 2), OPTIONS);
        Scores untrained = evaluation.untrained().orElseThrow();
        assertThat(untrained.knn().top1()).isEqualTo(evaluation.knn().top1());
        assertThat(untrained.linear().confusion()).isEqualTo(evaluation.linear().confusion());
    }

    @Test
    void evaluate_samplesWithoutBaselines_smallAndAbsent() {
        EvaluationOptions options = OPTIONS.withoutBaselines().withSamples(OptionalInt.of(30), OptionalInt.of(12));
        List<String> stages = new ArrayList<>();
        Evaluation evaluation = Evaluator.evaluate(
                subject(),
                ToyPictures.of(150, NAMES, 1),
                ToyPictures.of(60, NAMES, 2),
                options,
                new EvaluationListener() {
                    @Override
                    public void stage(String name) {
                        stages.add(name);
                    }
                });
        JsonNode json = new ObjectMapper().registerModule(new Jdk8Module()).valueToTree(evaluation);
        assertThat(json.has("pixels")).isFalse();
        assertThat(json.has("untrained")).isFalse();
        assertThat(evaluation.train().pictures()).isEqualTo(30);
        assertThat(evaluation.knn().n()).isEqualTo(12);
        assertThat(stages).hasSize(3).allMatch(stage -> stage.startsWith("trained encoder"));
    }

    @Test
    void evaluate_unlabelledTest_clearError() {
        assertThatThrownBy(() -> evaluate(ToyPictures.of(30, NAMES, 1), ToyPictures.of(9, List.of(), 2), OPTIONS))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("labelled test data");
    }

    @Test
    void affordable_manyLargePictures_smallerPixels() {
        assertThat(Evaluator.affordable(FeatureExtractorTest.VIEW, 50_000)).isEqualTo(FeatureExtractorTest.VIEW);
        assertThat(Evaluator.affordable(FeatureExtractorTest.VIEW, 50_000_000).size())
                .isEqualTo(1);
    }

    private static Evaluation evaluate(ToyPictures train, ToyPictures test, EvaluationOptions options) {
        return Evaluator.evaluate(subject(), train, test, options, EvaluationListener.NONE);
    }

    private static EncoderUnderTest subject() {
        return new EncoderUnderTest(
                FeatureExtractorTest.SPEC.build(5),
                () -> FeatureExtractorTest.SPEC.build(5),
                FeatureExtractorTest.VIEW);
    }
}
