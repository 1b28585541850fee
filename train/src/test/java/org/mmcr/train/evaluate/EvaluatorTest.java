package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.data.TestPictures;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;

class EvaluatorTest {
    private static final List<String> NAMES = List.of("red", "green", "blue");
    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.defaults().withThreads(2);

    @Test
    void evaluate_toyPictures_jsonHasEveryPromisedKey() {
        Evaluation evaluation = evaluate(
                ToyPictures.of(150, NAMES, 1), ToyPictures.of(60, NAMES, 2), OPTIONS.withFewLabels(List.of(5), 2));
        JsonNode json = new ObjectMapper().registerModule(new Jdk8Module()).valueToTree(evaluation);
        assertThat(json.at("/subjects")).hasSize(3);
        for (int subject = 0; subject < 3; subject++) {
            String at = "/subjects/" + subject;
            assertThat(json.at(at + "/name").asText())
                    .isEqualTo(List.of("trained", "untrained", "pixels").get(subject));
            assertThat(json.at(at + "/features").asInt()).isEqualTo(subject < 2 ? 6 : 8 * 8 * 3);
            assertThat(json.at(at + "/protocols").findValuesAsText("name"))
                    .containsSubsequence(
                            "knn200",
                            "knn20",
                            "linear",
                            "knn200_whitened",
                            "knn20_whitened",
                            "knn20_labels5",
                            "linear_labels5");
            for (JsonNode result : json.at(at + "/protocols")) {
                boolean few = result.get("name").asText().contains("labels");
                assertThat(result.at("/score/top1").asDouble()).isBetween(0.0, 1.0);
                assertThat(result.at("/score").has("top1_std")).isEqualTo(few);
                assertThat(result.at("/score/n").asInt()).isEqualTo(60);
                assertThat(result.at("/description").asText()).isNotEmpty();
                assertThat(result.at("/score/confusion")).hasSize(few ? 0 : 3);
                assertThat(result.at("/score/per_class/0/accuracy").isNumber()).isNotEqualTo(few);
            }
        }
        String protocols = "/subjects/0/protocols";
        assertThat(json.at(protocols + "/0/settings/k").asInt()).isEqualTo(150);
        assertThat(json.at(protocols + "/0/settings/requested_k").asInt()).isEqualTo(200);
        assertThat(json.at(protocols + "/0/score/notes/0").asText()).contains("capped");
        assertThat(json.at(protocols + "/1/settings/temperature").asDouble()).isEqualTo(0.07);
        assertThat(json.at(protocols + "/2/settings/l2").isNumber()).isTrue();
        assertThat(json.at(protocols + "/2/settings/gradient_max_norm").isNumber())
                .isTrue();
        assertThat(json.at(protocols + "/3/settings/ridge").isNumber()).isTrue();
        assertThat(json.at(protocols + "/3/settings/of/requested_k").asInt()).isEqualTo(200);
        assertThat(json.at(protocols + "/6/settings/labels").asInt()).isEqualTo(15);
        assertThat(json.at("/machine/cores").asInt()).isPositive();
        assertThat(json.at("/test/pictures").asInt()).isEqualTo(60);
    }

    @Test
    void evaluate_tintedPictures_pixelsAreEasy() {
        Evaluation evaluation = evaluate(ToyPictures.of(150, NAMES, 1), ToyPictures.of(60, NAMES, 2), OPTIONS);
        Evaluation.Subject pixels = evaluation.subject(Evaluation.PIXELS).orElseThrow();
        assertThat(pixels.score("linear").top1()).isGreaterThan(0.95);
        assertThat(pixels.score("knn20").top1()).isGreaterThan(0.95);
    }

    @Test
    void evaluate_sameEncoderTwice_untrainedScoresAreEqual() {
        Evaluation evaluation = evaluate(ToyPictures.of(120, NAMES, 1), ToyPictures.of(60, NAMES, 2), OPTIONS);
        Evaluation.Subject untrained = evaluation.subject(Evaluation.UNTRAINED).orElseThrow();
        assertThat(untrained.score("knn200").top1())
                .isEqualTo(evaluation.measured().score("knn200").top1());
        assertThat(untrained.score("linear").confusion())
                .isEqualTo(evaluation.measured().score("linear").confusion());
    }

    @Test
    void evaluate_withoutBaselines_theTrainedEncoderAloneAndItsProbe() {
        List<String> stages = new ArrayList<>();
        List<LinearHead> probes = new ArrayList<>();
        Evaluation evaluation = Evaluator.evaluate(
                model(),
                () -> {
                    throw new AssertionError("not asked for");
                },
                EvaluationData.of(ToyPictures.of(150, NAMES, 1), ToyPictures.of(60, NAMES, 2), OPTIONS),
                OPTIONS.withoutBaselines().withFewLabels(List.of(1), 2),
                new EvaluationListener() {
                    @Override
                    public void stage(String name) {
                        stages.add(name);
                    }

                    @Override
                    public void probe(LinearHead head) {
                        probes.add(head);
                    }
                });
        assertThat(evaluation.subjects()).containsExactly(evaluation.measured());
        assertThat(stages).hasSize(3).allMatch(stage -> stage.startsWith("trained encoder"));
        assertThat(probes)
                .singleElement()
                .satisfies(head -> assertThat(head.classNames()).isEqualTo(NAMES));
    }

    /** On one of these devices the automatic precision is not that of this processor. */
    @ParameterizedTest
    @EnumSource(
            value = ComputeDevice.Kind.class,
            names = {"CUDA", "MPS"})
    void evaluate_onADevice_reportsThePrecisionThere(ComputeDevice.Kind kind) {
        EncoderFeatures features = model();
        FeatureModel elsewhere = new FeatureModel() {
            @Override
            public EvaluationView view() {
                return features.view();
            }

            @Override
            public int width() {
                return features.width();
            }

            @Override
            public Precision precision() {
                return Precision.AUTO;
            }

            @Override
            public ComputeDevice device() {
                return new ComputeDevice(kind, 0);
            }

            @Override
            public Tensor apply(Tensor x) {
                return features.apply(x);
            }
        };
        Evaluation evaluation = Evaluator.evaluate(
                elsewhere,
                Optional.empty(),
                EvaluationData.of(ToyPictures.of(30, NAMES, 1), ToyPictures.of(9, NAMES, 2), OPTIONS),
                OPTIONS.withoutBaselines(),
                EvaluationListener.NONE,
                (model, data, progress) -> FeatureReader.computing(OPTIONS).read(features, data, progress));
        assertThat(evaluation.precision()).isEqualTo(kind == ComputeDevice.Kind.CUDA ? "bf16" : "fp32");
    }

    @Test
    void affordable_manyLargePictures_smallerPixels() {
        assertThat(Evaluator.affordable(FeatureExtractorTest.VIEW, 50_000)).isEqualTo(FeatureExtractorTest.VIEW);
        assertThat(Evaluator.affordable(FeatureExtractorTest.VIEW, 50_000_000).size())
                .isEqualTo(1);
    }

    private static Evaluation evaluate(TestPictures train, TestPictures test, EvaluationOptions options) {
        EvaluationData data = EvaluationData.of(train, test, options);
        return Evaluator.evaluate(model(), EvaluatorTest::model, data, options, EvaluationListener.NONE);
    }

    private static EncoderFeatures model() {
        Encoder encoder = FeatureExtractorTest.SPEC.build(5);
        encoder.eval();
        return new EncoderFeatures(encoder, FeatureExtractorTest.VIEW, Precision.FP32);
    }
}
