package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;

/** A batch in parts, over one or several ranks, against the same batch in one piece. */
@Tag("long")
@ExtendWith(PointerScopeExtension.class)
class PartedBatchTest {
    @BeforeAll
    static void useOneThread() {
        torch.set_num_threads(1);
    }

    /** loss: sum of the parts' contributions; gradient (N*K, D). */
    private record Outcome(PartedBatch.Settled settled, double loss, Tensor gradient) {}

    /** The rank's part of z, cut after {@code sizes} samples each (the last part takes the rest). */
    private static Outcome inParts(
            Objective objective,
            Tensor z,
            Optional<Tensor> momentum,
            int views,
            Communicator communicator,
            long partSize) {
        long samples = z.size(0) / views / communicator.size();
        long from = samples * views * communicator.rank();
        PartedBatch batch = objective.parted(z.size(0) / views, views, z.size(1), communicator);
        List<PartedBatch.Part> parts = new ArrayList<>();
        for (long first = 0; first < samples; first += partSize) {
            long rows = Math.min(partSize, samples - first) * views;
            parts.add(batch.observe(slice(z, from + first * views, rows), cut(momentum, from + first * views, rows)));
        }
        PartedBatch.Settled settled = batch.settle();
        double loss = 0;
        TensorVector gradients = new TensorVector();
        for (PartedBatch.Part part : parts) {
            long start = from + part.first() * views;
            Tensor leaf = slice(z, start, part.count() * views).detach().clone().set_requires_grad(true);
            Tensor contribution = batch.loss(part, leaf, cut(momentum, start, part.count() * views));
            contribution.backward();
            loss += contribution.item_double();
            gradients.push_back(leaf.grad());
        }
        return new Outcome(settled, loss, torch.cat(gradients, 0));
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void loss_ofColumnMajorParts_isThatOfTheWholeBatch(Objective objective) {
        Tensor z = random(11, 24, 6).t().contiguous().t();
        Optional<Tensor> momentum =
                Optional.of(random(12, 24, 6).t().contiguous().t());
        agree(inParts(objective, z, momentum, 2, Communicator.NONE, 5), whole(objective, z, momentum, 2), 1e-5);
    }

    private static Tensor slice(Tensor z, long start, long rows) {
        return z.narrow(0, start, rows);
    }

    private static Optional<Tensor> cut(Optional<Tensor> momentum, long start, long rows) {
        return momentum.map(tensor -> slice(tensor, start, rows));
    }

    private static Outcome whole(Objective objective, Tensor z, Optional<Tensor> momentum, int views) {
        Tensor leaf = z.clone().detach().set_requires_grad(true);
        Objective.Result result = objective.compute(leaf, views, momentum);
        result.loss().backward();
        return new Outcome(
                new PartedBatch.Settled(result.value(), result.figures()),
                result.loss().item_double(),
                leaf.grad());
    }

    private static void agree(Outcome actual, Outcome expected, double tolerance) {
        double loss = expected.settled().loss();
        double scale = Math.max(1, Math.abs(loss));
        assertThat(actual.loss()).isCloseTo(loss, within(tolerance * scale));
        assertThat(actual.settled().loss()).isCloseTo(loss, within(tolerance * scale));
        Map<String, Double> figures = expected.settled().figures();
        assertThat(actual.settled().figures().keySet()).containsExactlyElementsOf(figures.keySet());
        actual.settled()
                .figures()
                .forEach((name, value) -> assertThat(value)
                        .as(name)
                        .isCloseTo(figures.get(name), within(tolerance * (1 + Math.abs(figures.get(name))))));
        double largest = expected.gradient().abs().max().item_double();
        assertThat(difference(actual.gradient(), expected.gradient())).isLessThan(tolerance * largest + 1e-15);
    }

    private static double difference(Tensor a, Tensor b) {
        return a.to(ScalarType.Double).sub(b.to(ScalarType.Double)).abs().max().item_double();
    }

    private static Tensor random(long seed, long rows, long columns) {
        torch.manual_seed(seed);
        return torch.randn(rows, columns);
    }

    @ParameterizedTest
    @CsvSource({
        "24,2,6,0,1,7",
        "24,2,6,0.2,1,24",
        "24,3,40,0,1,5",
        "24,2,6,0.2,4,6",
        "24,2,40,-0.1,3,3",
        "12,1,12,0,2,1",
        "1,2,1,0,1,1",
        "300,2,128,0,2,40"
    })
    void loss_inPartsOverRanks_isThatOfTheWholeBatch(
            int samples, int views, int dimensions, double localWeight, int ranks, int partSize) throws Exception {
        Tensor z = random(samples + dimensions, (long) samples * views, dimensions);
        Optional<Tensor> momentum = Optional.of(random(7, (long) samples * views, dimensions));
        MmcrLoss mmcr = new MmcrLoss(localWeight);
        for (Optional<Tensor> slow : List.of(momentum, Optional.<Tensor>empty())) {
            for (Objective objective : List.of(mmcr, new Gathering(mmcr), new Redundancy())) {
                Outcome expected = whole(objective, z, slow, views);
                agree(overRanks(objective, z, slow, views, ranks, partSize), expected, 1e-5);
            }
        }
    }

    static List<Objective> others() {
        return Stream.concat(
                        Objectives.all().stream(), Objectives.all().stream().map(MeasuredObjective::new))
                .toList();
    }

    /** Few samples gather their embeddings, many sum their moments. */
    @ParameterizedTest
    @MethodSource("others")
    void loss_ofOtherObjectives_isThatOfTheWholeBatch(Objective objective) throws Exception {
        for (int[] size : new int[][] {{24, 2, 12, 1, 7}, {24, 3, 12, 4, 2}, {120, 2, 3, 3, 11}, {600, 2, 2, 2, 100}}) {
            Tensor z = random(size[0], (long) size[0] * size[1], size[2]);
            Optional<Tensor> none = Optional.empty();
            Outcome expected = whole(objective, z.to(ScalarType.Double), none, size[1]);
            agree(overRanks(objective, z.to(ScalarType.Double), none, size[1], size[3], size[4]), expected, 1e-9);
            agree(overRanks(objective, z, none, size[1], size[3], size[4]), expected, 1e-5);
        }
    }

    @Test
    void exchange_ofOtherObjectives_isTheSmallerOfSumsAndEmbeddings() {
        assertThat(new BarlowTwinsLoss(0.005).exchange(1000, 2, 10)).contains("sum 140 numbers");
        assertThat(new BarlowTwinsLoss(0.005).exchange(10, 2, 100)).contains("gather all 20 x 100");
        assertThat(new BarlowTwinsLoss(0.005).parted(1000, 2, 10, Communicator.NONE))
                .isInstanceOf(SummedBatch.class);
        assertThat(new BarlowTwinsLoss(0.005).parted(10, 2, 100, Communicator.NONE))
                .isInstanceOf(GatheredBatch.class);
        assertThat(new SimClrLoss(0.5).exchange(1000, 2, 10)).contains("gather all 2000 x 10");
    }

    private static Outcome overRanks(
            Objective objective, Tensor z, Optional<Tensor> momentum, int views, int ranks, long partSize)
            throws Exception {
        List<Outcome> each = ThreadCommunicator.run(
                ranks, communicator -> inParts(objective, z, momentum, views, communicator, partSize));
        TensorVector gradients = new TensorVector();
        each.forEach(outcome -> gradients.push_back(outcome.gradient()));
        assertThat(each).extracting(Outcome::settled).containsOnly(each.get(0).settled());
        return new Outcome(
                each.get(0).settled(), each.stream().mapToDouble(Outcome::loss).sum(), torch.cat(gradients, 0));
    }

    static List<ReferenceCase> cases() {
        return ReferenceCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void loss_ofReferenceCases_keepsTheTolerancesOfOnePiece(ReferenceCase reference) {
        boolean hard = reference.name().startsWith("ill_conditioned");
        Tensor z = reference.array("z").to(ScalarType.Float);
        Optional<Tensor> momentum = reference.hasMomentum()
                ? Optional.of(reference.array("z_momentum").to(ScalarType.Float))
                : Optional.empty();
        long half = Math.max(1, z.size(0) / reference.views() / 2);
        Outcome actual =
                inParts(new MmcrLoss(reference.localWeight()), z, momentum, reference.views(), Communicator.NONE, half);
        double loss = reference.figure("loss");
        assertThat(actual.settled().loss()).isCloseTo(loss, within(Math.max(Math.abs(loss) * 1e-5, 1e-300)));
        assertThat(torch.isfinite(actual.gradient()).all().item_bool()).isTrue();
        if (reference.hasGradient()) {
            Tensor expected = reference.array("grad");
            assertThat(difference(actual.gradient(), expected))
                    .isLessThan((hard ? 1e-3 : 1e-4) * expected.abs().max().item_double() + 1e-15);
        }
    }

    @ParameterizedTest
    @MethodSource("others")
    void loss_ofZeroAndEqualRowsOfOtherObjectives_isThatOfOnePiece(Objective objective) {
        Optional<Tensor> none = Optional.empty();
        Tensor z = random(3, 20, 4);
        z.narrow(0, 0, 4).zero_();
        z.narrow(0, 8, 12).copy_(z.narrow(0, 8, 1).clone());
        for (Tensor batch : List.of(z, torch.zeros(20, 4))) {
            Outcome parts = inParts(objective, batch, none, 2, Communicator.NONE, 3);
            agree(parts, whole(objective, batch, none, 2), 1e-5);
            assertThat(parts.settled().loss()).isFinite();
            assertThat(torch.isfinite(parts.gradient()).all().item_bool()).isTrue();
        }
    }

    @Test
    void loss_ofZeroAndEqualRows_isFiniteAndThatOfOnePiece() {
        Tensor z = random(3, 20, 4);
        z.narrow(0, 0, 4).zero_();
        z.narrow(0, 8, 12).copy_(z.narrow(0, 8, 1).clone());
        MmcrLoss local = new MmcrLoss(0.1);
        Optional<Tensor> none = Optional.empty();
        agree(inParts(local, z, none, 2, Communicator.NONE, 3), whole(local, z, none, 2), 1e-5);
        Tensor zero = torch.zeros(20, 4);
        Outcome nothing = inParts(new MmcrLoss(), zero, none, 2, Communicator.NONE, 3);
        assertThat(nothing.settled().loss()).isZero();
        assertThat(nothing.gradient().abs().max().item_double()).isZero();
    }

    @Test
    void loss_ofNearlyCollinearRows_isAsAccurateAsInOnePiece() {
        Tensor z = random(5, 200, 1)
                .matmul(random(6, 1, 8))
                .add(random(8, 200, 8).mul(new org.bytedeco.pytorch.Scalar(1e-4)));
        MmcrLoss loss = new MmcrLoss();
        Optional<Tensor> none = Optional.empty();
        agree(inParts(loss, z, none, 2, Communicator.NONE, 30), whole(loss, z, none, 2), 1e-4);
    }

    static List<Objective> objectives() {
        return List.of(new MmcrLoss(), new Gathering(new MmcrLoss()));
    }

    @ParameterizedTest
    @MethodSource({"objectives", "others"})
    void observe_nan_namesTheRowOfThePart(Objective objective) {
        PartedBatch batch = objective.parted(4, 2, 3, Communicator.NONE);
        Tensor z = random(1, 4, 3);
        z.narrow(0, 3, 1).fill_(new org.bytedeco.pytorch.Scalar(Double.NaN));
        assertThatThrownBy(() -> batch.observe(z))
                .isInstanceOf(NonFiniteEmbeddingException.class)
                .hasMessageContaining("sample 1, view 1");
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void settle_beforeAllSamplesCame_fails(Objective objective) {
        PartedBatch batch = objective.parted(4, 1, 3, Communicator.NONE);
        batch.observe(random(1, 3, 3));
        assertThatThrownBy(batch::settle)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("all 4 samples of this process were observed, found 3 observed");
        assertThatThrownBy(() -> batch.observe(random(1, 2, 3))).hasMessageContaining("given more");
        assertThatThrownBy(() -> batch.observe(random(1, 1, 4)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("3 dimensions");
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void loss_ofAPart_costsNoGraphOnTheWay(Objective objective) {
        PartedBatch batch = objective.parted(4, 1, 3, Communicator.NONE);
        Tensor z = random(1, 4, 3).set_requires_grad(true);
        PartedBatch.Part part = batch.observe(z);
        batch.settle();
        try (NoGradGuard guard = new NoGradGuard()) {
            assertThat(batch.loss(part, z, Optional.empty()).requires_grad()).isFalse();
        }
        assertThat(batch.loss(part, z, Optional.empty()).requires_grad()).isTrue();
    }
}
