package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mmcr.core.MmcrException;

/** Batches of which views are missing, as rows of zeros, against loops over the views that are there. */
@ExtendWith(PointerScopeExtension.class)
class MissingViewsTest {
    private static final int SAMPLES = 12;
    private static final int VIEWS = 3;
    private static final int DIMENSIONS = 5;

    @BeforeAll
    static void useOneThread() {
        torch.set_num_threads(1);
    }

    /** Sample 2 lacks view 1, sample 5 views 0 and 2. */
    private static Tensor incomplete() {
        torch.manual_seed(4);
        Tensor z = torch.randn(SAMPLES * VIEWS, DIMENSIONS).to(ScalarType.Double);
        for (int row : new int[] {2 * VIEWS + 1, 5 * VIEWS, 5 * VIEWS + 2}) {
            z.select(0, row).zero_();
        }
        return z;
    }

    private static boolean missing(Tensor z, int sample, int view) {
        return z.select(0, sample * VIEWS + view).abs().sum().item_double() == 0;
    }

    private static Tensor unit(Tensor z, int sample, int view) {
        Tensor row = z.select(0, sample * VIEWS + view);
        return row.div(row.norm());
    }

    private static Tensor gradient(Objective objective, Tensor z) {
        Tensor leaf = z.clone().detach().set_requires_grad(true);
        objective.compute(leaf, VIEWS).loss().backward();
        return leaf.grad();
    }

    private static void agreesWithFiniteDifferences(Objective objective, Tensor z) {
        Tensor gradient = gradient(objective, z);
        for (int row : new int[] {0, 2 * VIEWS, 5 * VIEWS + 1, 20}) {
            double step = 1e-6;
            Tensor up = z.clone();
            up.select(0, row).select(0, 3).add_(new Scalar(step));
            Tensor down = z.clone();
            down.select(0, row).select(0, 3).sub_(new Scalar(step));
            double slope = (objective.compute(up, VIEWS).value()
                            - objective.compute(down, VIEWS).value())
                    / (2 * step);
            assertThat(gradient.select(0, row).select(0, 3).item_double()).isCloseTo(slope, within(1e-6));
        }
        assertThat(gradient.select(0, 2 * VIEWS + 1).abs().sum().item_double()).isZero();
    }

    @Test
    void mmcr_withMissingViews_averagesThoseThatAreThere() {
        Tensor z = incomplete();
        TensorVector centroids = new TensorVector();
        for (int n = 0; n < SAMPLES; n++) {
            Tensor sum = torch.zeros(DIMENSIONS).to(ScalarType.Double);
            int count = 0;
            for (int k = 0; k < VIEWS; k++) {
                if (!missing(z, n, k)) {
                    sum = sum.add(unit(z, n, k));
                    count++;
                }
            }
            centroids.push_back(sum.div(new Scalar(count)));
        }
        double nuclear = torch.linalg_svd(torch.stack(centroids), false, new StringViewOptional())
                .get1()
                .sum()
                .item_double();
        Objective objective = new MmcrLoss().withMissingViews();
        assertThat(objective.compute(z, VIEWS).value()).isCloseTo(-nuclear, within(1e-12));
        assertThat(new MmcrLoss().compute(z, VIEWS).value()).isGreaterThan(-nuclear + 0.01);
        agreesWithFiniteDifferences(objective, z);
        agreesWithFiniteDifferences(new MmcrLoss(0.3).withMissingViews(), z);
    }

    @Test
    void clip_withMissingViews_comparesThoseThatAreThere() {
        Tensor z = incomplete();
        double total = 0;
        int count = 0;
        for (int a = 0; a < VIEWS; a++) {
            for (int b = a + 1; b < VIEWS; b++) {
                for (int n = 0; n < SAMPLES; n++) {
                    if (!missing(z, n, a) && !missing(z, n, b)) {
                        total += (surprise(z, n, a, b) + surprise(z, n, b, a)) / 2;
                        count++;
                    }
                }
            }
        }
        Objective objective = new ClipLoss(0.2);
        assertThat(objective.compute(z, VIEWS).value()).isCloseTo(total / count, within(1e-12));
        agreesWithFiniteDifferences(objective, z);
    }

    /** Minus the log-probability of the partner of view a of a sample among the views b that are there. */
    private static double surprise(Tensor z, int n, int a, int b) {
        double sum = 0;
        for (int m = 0; m < SAMPLES; m++) {
            if (!missing(z, m, b)) {
                sum += Math.exp(unit(z, n, a).dot(unit(z, m, b)).item_double() / 0.2);
            }
        }
        return Math.log(sum) - unit(z, n, a).dot(unit(z, n, b)).item_double() / 0.2;
    }

    /** Rows of one length are the cosines divided by a temperature, also where views are missing. */
    @Test
    void clip_ofScaledRows_isThatOfTheTemperature() {
        Tensor z = incomplete();
        Tensor lengths = z.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true);
        Tensor unit = z.div(lengths.clamp_min(new Scalar(1e-300)));
        Objective.Result expected = new ClipLoss(0.2).compute(z, VIEWS);
        Objective.Result scaled = ClipLoss.ofScaledRows().compute(unit.mul(new Scalar(Math.sqrt(1 / 0.2))), VIEWS);
        assertThat(scaled.value()).isCloseTo(expected.value(), within(1e-12));
        assertThat(scaled.figures().get(ClipLoss.TEMPERATURE)).isCloseTo(0.2, within(1e-12));
        assertThat(scaled.figures().get(ClipLoss.POSITIVE_COSINE))
                .isCloseTo(expected.figures().get(ClipLoss.POSITIVE_COSINE), within(1e-12));
        agreesWithFiniteDifferences(ClipLoss.ofScaledRows(), z);
    }

    @Test
    void withMissingViews_ofWholeBatches_changesNothing() {
        torch.manual_seed(5);
        Tensor z = torch.randn(SAMPLES * VIEWS, DIMENSIONS);
        for (Objective objective : List.of(new MmcrLoss(), new MmcrLoss(0.2), new MeasuredObjective(new ClipLoss(1)))) {
            Objective.Result whole = objective.compute(z, VIEWS);
            Objective.Result other = objective.withMissingViews().compute(z, VIEWS);
            assertThat(other.value()).isEqualTo(whole.value());
            assertThat(other.figures()).isEqualTo(whole.figures());
            assertThat(gradient(objective.withMissingViews(), z).equal(gradient(objective, z)))
                    .isTrue();
        }
        assertThatThrownBy(() -> new SimClrLoss(0.5).withMissingViews())
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("mmcr or clip")
                .hasMessageContaining("simclr");
    }

    @Test
    void parted_withMissingViews_isTheWholeBatch() {
        Tensor z = incomplete();
        for (long dimensions : new long[] {DIMENSIONS, 2 * SAMPLES}) {
            Tensor wide = torch.zeros(z.size(0), dimensions).to(ScalarType.Double);
            wide.narrow(1, 0, DIMENSIONS).copy_(z);
            Objective objective = new MmcrLoss().withMissingViews();
            PartedBatch batch = objective.parted(SAMPLES, VIEWS, dimensions, Communicator.NONE);
            Tensor first = wide.narrow(0, 0, 4 * VIEWS).clone().set_requires_grad(true);
            Tensor second = wide.narrow(0, 4 * VIEWS, 8 * VIEWS).clone().set_requires_grad(true);
            PartedBatch.Part one = batch.observe(first.detach(), Optional.empty());
            PartedBatch.Part two = batch.observe(second.detach(), Optional.empty());
            assertThat(batch.settle().loss())
                    .isCloseTo(objective.compute(wide, VIEWS).value(), within(1e-6));
            batch.loss(one, first, Optional.empty()).backward();
            batch.loss(two, second, Optional.empty()).backward();
            Tensor parts = torch.cat(new TensorVector(first.grad(), second.grad()));
            assertThat(parts.sub(gradient(objective, wide)).abs().max().item_double())
                    .isLessThan(1e-6);
        }
    }
}
