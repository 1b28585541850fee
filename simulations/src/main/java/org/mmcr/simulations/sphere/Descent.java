package org.mmcr.simulations.sphere;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;

/**
 * Gradient descent on the objective over points of the sphere: a step along the gradient, then projection onto the
 * sphere.
 */
final class Descent {
    private final Settings settings;

    Descent(Settings settings) {
        this.settings = settings;
    }

    /** Positions of the views after a step; rows are sample-major unit vectors. */
    record Snapshot(int step, List<double[]> rows) {}

    /**
     * The objective at one moment of a descent.
     *
     * @param percentError a fraction
     */
    record Moment(double nuclearNorm, double percentError, double meanSquaredCentroidNorm) {
        static Moment of(Objective.Result result) {
            return new Moment(
                    -result.value(),
                    result.figures().get(MmcrLoss.PERCENT_ERROR),
                    result.figures().get(MmcrLoss.MEAN_SQUARED_CENTROID_NORM));
        }
    }

    /**
     * Course of a descent.
     *
     * @param moments the objective before the first step and after each
     * @param snapshots positions at the start, at an early step and at the end
     */
    record Path(Start start, List<Moment> moments, List<Snapshot> snapshots) {}

    Path run(Start start) {
        List<Moment> moments = new ArrayList<>();
        List<Snapshot> snapshots = new ArrayList<>();
        try (PointerScope whole = new PointerScope()) {
            Tensor z = begin(start);
            for (int step = 0; step <= settings.steps(); step++) {
                if (step == 0 || step == early() || step == settings.steps()) {
                    snapshots.add(new Snapshot(step, rows(z)));
                }
                moments.add(step(z));
            }
        }
        return new Path(start, moments, snapshots);
    }

    /** Step of the early snapshot, a twentieth of the way, where the curve still falls. */
    private int early() {
        return Math.max(1, settings.steps() / 20);
    }

    private Tensor begin(Start start) {
        GeneratorOptional random = new GeneratorOptional(
                torch.make_generator_cpu(31 * settings.seed() + start.label().hashCode()));
        Tensor z = start.draw(settings, random).reshape(-1, settings.dimension());
        ontoSphere(z);
        return z.requires_grad_(true);
    }

    /** Evaluates the objective at z, then moves z. */
    private Moment step(Tensor z) {
        try (PointerScope scope = new PointerScope()) {
            z.mutable_grad().reset();
            Objective.Result result = new MmcrLoss().compute(z, settings.views());
            result.loss().backward();
            try (NoGradGuard guard = new NoGradGuard()) {
                // The polar factor's rows have norm sqrt(min(1, D / N)), and each view's gradient is 1/K of a row.
                double reach = Math.sqrt(Math.max(1, (double) settings.points() / settings.dimension()));
                double size = settings.learningRate() * settings.views() * reach;
                z.sub_(z.grad(), new Scalar(size));
                ontoSphere(z);
            }
            return Moment.of(result);
        }
    }

    private static void ontoSphere(Tensor z) {
        z.div_(torch.linalg_vector_norm(z, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional()));
    }

    private static List<double[]> rows(Tensor z) {
        try (PointerScope scope = new PointerScope()) {
            int count = Math.toIntExact(z.size(0));
            int width = Math.toIntExact(z.size(1));
            double[] flat = new double[count * width];
            z.detach().contiguous().data_ptr_double().get(flat);
            double[][] rows = new double[count][width];
            for (int i = 0; i < flat.length; i++) {
                rows[i / width][i % width] = flat[i];
            }
            return List.of(rows);
        }
    }
}
