package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.core.MmcrException;

@ExtendWith(PointerScopeExtension.class)
class PredictionLossTest {
    private static Tensor random(long seed, long rows, long columns) {
        torch.manual_seed(seed);
        return torch.randn(rows, columns).to(ScalarType.Double);
    }

    private record Outcome(Objective.Result result, Tensor gradient) {}

    private static Outcome evaluate(Objective objective, Tensor q, Tensor t, int views) {
        Tensor leaf = q.clone().detach().set_requires_grad(true);
        Tensor targets = t.clone().detach().set_requires_grad(true);
        Objective.Result result = objective.compute(leaf, views, Optional.of(targets));
        result.loss().backward();
        assertThat(targets.grad().defined()).as("gradient of the targets").isFalse();
        return new Outcome(result, leaf.grad());
    }

    private static Tensor tensor(JsonNode values, long columns) {
        double[] numbers = new double[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values.get(i).asDouble();
        }
        return Tensor.create(numbers).view(-1, columns);
    }

    @Test
    void compute_referenceOfPyTorch_hasItsValueAndGradient() throws IOException {
        JsonNode cases;
        try (InputStream in = Objects.requireNonNull(PredictionLossTest.class.getResourceAsStream("prediction.json"))) {
            cases = new ObjectMapper().readTree(in).get("cases");
        }
        assertThat(cases).hasSize(4);
        for (JsonNode one : cases) {
            PredictionLoss.Form form = one.get("objective").asText().equals("byol")
                    ? PredictionLoss.Form.BYOL
                    : PredictionLoss.Form.SIMSIAM;
            long columns = one.get("dimensions").asLong();
            Tensor q = tensor(one.get("q"), columns);
            Tensor t = tensor(one.get("t"), columns);
            Tensor expected = tensor(one.get("gradient"), columns);
            double loss = one.get("loss").asDouble();
            for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float)) {
                double tolerance = type == ScalarType.Double ? 1e-12 : 1e-6;
                Outcome found = evaluate(
                        new PredictionLoss(form),
                        q.to(type),
                        t.to(type),
                        one.get("views").asInt());
                assertThat(found.result().value()).isCloseTo(loss, within(tolerance * Math.max(1, Math.abs(loss))));
                assertThat(found.gradient().sub(expected).abs().max().item_double())
                        .isLessThan(tolerance);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void compute_finiteDifferences_agreeWithGradient(PredictionLoss.Form form) {
        Objective objective = MeasuredObjective.ofTargets(new PredictionLoss(form));
        Tensor q = random(1, 12, 4);
        Tensor t = random(2, 12, 4);
        Tensor gradient = evaluate(objective, q, t, 3).gradient();
        for (int row : new int[] {0, 7, 11}) {
            for (int column = 0; column < 4; column++) {
                double[] values = new double[2];
                for (int side = 0; side < 2; side++) {
                    Tensor moved = q.clone();
                    moved.select(0, row).select(0, column).add_(new Scalar(side == 0 ? -1e-5 : 1e-5));
                    values[side] = objective.compute(moved, 3, Optional.of(t)).value();
                }
                assertThat(gradient.select(0, row).select(0, column).item_double())
                        .isCloseTo((values[1] - values[0]) / 2e-5, within(1e-8));
            }
        }
    }

    @Test
    void compute_predictionsEqualTargetsOfOneDirection_reachTheOptimum() {
        Tensor t = random(3, 5, 4).unsqueeze(1).expand(5, 3, 4).reshape(15, 4);
        assertThat(evaluate(new PredictionLoss(PredictionLoss.Form.BYOL), t.mul(new Scalar(7)), t, 3)
                        .result()
                        .value())
                .isCloseTo(0, within(1e-14));
        Outcome opposite = evaluate(new PredictionLoss(PredictionLoss.Form.SIMSIAM), t.neg(), t, 3);
        assertThat(opposite.result().value()).isCloseTo(1, within(1e-14));
        assertThat(opposite.result().figures().get(PredictionLoss.PREDICTION_COSINE))
                .isCloseTo(-1, within(1e-14));
    }

    @ParameterizedTest
    @EnumSource
    void compute_degenerateBatch_isFiniteAndAZeroRowHasNoGradient(PredictionLoss.Form form) {
        Objective objective = MeasuredObjective.ofTargets(new PredictionLoss(form));
        Tensor q = random(4, 8, 3);
        q.narrow(0, 2, 2).zero_();
        Tensor t = random(5, 8, 3);
        t.narrow(0, 5, 1).zero_();
        for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float)) {
            for (double scale : new double[] {1, 1e-30, 1e18, 0}) {
                Outcome found = evaluate(objective, q.mul(new Scalar(scale)).to(type), t.to(type), 2);
                assertThat(found.result().value()).isFinite();
                assertThat(found.gradient().isfinite().all().item_bool()).isTrue();
                assertThat(found.gradient().narrow(0, 2, 2).abs().sum().item_double())
                        .isZero();
            }
        }
        Tensor one = random(6, 2, 3);
        assertThat(evaluate(objective, one, one, 2).result().value()).isFinite();
    }

    @Test
    void compute_wrongInput_isRefusedInWords() {
        Objective objective = MeasuredObjective.ofTargets(new PredictionLoss(PredictionLoss.Form.BYOL));
        Tensor q = random(7, 8, 3);
        assertThatThrownBy(() -> objective.compute(q, 2))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected momentum embeddings, the targets");
        assertThatThrownBy(() -> objective.compute(q, 1, Optional.of(q)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 2 views");
        assertThatThrownBy(() -> objective.compute(q, 2, Optional.of(random(8, 8, 4))))
                .isInstanceOf(MmcrException.class);
        Tensor bad = q.clone();
        bad.select(0, 3).fill_(new Scalar(Double.NaN));
        assertThatThrownBy(() -> objective.compute(bad, 2, Optional.of(q)))
                .isInstanceOf(NonFiniteEmbeddingException.class);
        assertThatThrownBy(() -> objective.compute(q, 2, Optional.of(bad)))
                .isInstanceOf(NonFiniteEmbeddingException.class);
    }

    @Test
    void measuredFigures_areThoseOfTheTargets() {
        Tensor t = random(9, 12, 4);
        assertThat(MeasuredObjective.ofTargets(new PredictionLoss(PredictionLoss.Form.BYOL))
                        .compute(random(10, 12, 4), 3, Optional.of(t))
                        .figures())
                .containsAllEntriesOf(new MmcrLoss().compute(t, 3).figures());
    }

    /** Two processes with three parts each. */
    @ParameterizedTest
    @EnumSource
    void parted_overPartsAndProcesses_hasLossAndGradientOfTheWhole(PredictionLoss.Form form) throws Exception {
        Objective objective = MeasuredObjective.ofTargets(new PredictionLoss(form));
        Tensor q = random(11, 24, 4);
        Tensor t = random(12, 24, 4);
        Outcome whole = evaluate(objective, q, t, 2);
        List<List<Tensor>> gradients = ThreadCommunicator.run(2, communicator -> {
            PartedBatch batch = objective.parted(12, 2, 4, communicator);
            int first = 12 * communicator.rank();
            List<Tensor> leaves = IntStream.range(0, 3)
                    .mapToObj(part -> q.narrow(0, first + 4 * part, 4).clone().set_requires_grad(true))
                    .toList();
            List<PartedBatch.Part> parts = new ArrayList<>();
            for (int part = 0; part < 3; part++) {
                parts.add(batch.observe(leaves.get(part), Optional.of(t.narrow(0, first + 4 * part, 4))));
            }
            PartedBatch.Settled settled = batch.settle();
            assertThat(settled.loss()).isCloseTo(whole.result().value(), within(1e-12));
            assertThat(settled.figures().keySet())
                    .containsExactlyElementsOf(whole.result().figures().keySet());
            Tensor sum = torch.zeros(1).to(ScalarType.Double);
            for (int part = 0; part < 3; part++) {
                Tensor share =
                        batch.loss(parts.get(part), leaves.get(part), Optional.of(t.narrow(0, first + 4 * part, 4)));
                share.backward();
                sum.add_(share.detach());
            }
            communicator.sum(sum);
            assertThat(sum.item_double()).isCloseTo(whole.result().value(), within(1e-12));
            return leaves.stream().map(leaf -> leaf.grad().clone()).toList();
        });
        int row = 0;
        for (List<Tensor> rank : gradients) {
            for (Tensor gradient : rank) {
                assertThat(gradient.sub(whole.gradient().narrow(0, row, 4))
                                .abs()
                                .max()
                                .item_double())
                        .isLessThan(1e-12);
                row += 4;
            }
        }
    }
}
