package org.mmcr.train.evaluate;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LBFGS;
import org.bytedeco.pytorch.LBFGSOptions;
import org.bytedeco.pytorch.LossClosure;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.ReturningScope;

/**
 * Minimises {@link SoftmaxObjective} by libtorch's L-BFGS with a strong-Wolfe line search.
 *
 * <p>Real features have spectra over many orders of magnitude, on which plain L-BFGS needs hundreds of steps. The
 * search therefore runs in scaled coordinates u of the point x = Q (s * u): Q holds the principal axes of the
 * standardised features, and s = (c v + l2)^(-1/2) with the variances v and the mean curvature c of the likelihood.
 * There the Hessian is nearly the identity, up to the coupling of classes (Böhning 1992). Of few rows Q holds only the
 * directions that they span: no gradient leaves it, as the search starts in it.
 *
 * <p>The axes are found on {@value #SAMPLE_ROWS} rows at most. Above {@value #MAX_WIDTH} features they
 * cost more than they save, and Q is the identity.
 */
final class SoftmaxSolver {
    static final int MAX_WIDTH = 4096;
    static final int SAMPLE_ROWS = 8192;

    private static final int HISTORY = 10;
    private static final double SMALLEST_CURVATURE = 1e-6;
    /** Directions that vary little in the sample have curvature too; without a floor l2 = 0 would divide by zero. */
    private static final double SMALLEST_VARIANCE = 1e-7;
    /** libtorch stops when a step or the change of the value is smaller; logits are float32. */
    private static final double NO_PROGRESS = 1e-12;

    /** Q, float64 (F, R), or empty for the identity. */
    private final Optional<Tensor> axes;
    /** float64 (R + 1, 1): the variance in each direction, and 1 for the biases. */
    private final Tensor variances;

    private final int maxIterations;

    private SoftmaxSolver(Optional<Tensor> axes, Tensor variances, int maxIterations) {
        this.axes = axes;
        this.variances = variances;
        this.maxIterations = maxIterations;
    }

    /**
     * A minimum.
     *
     * @param point float64 (F + 1, C), in the caller's scope
     * @param evaluations of the objective
     */
    record Solution(Tensor point, int evaluations) {}

    /**
     * Returns a solver for standardised rows (n, F), which are not modified; its tensors belong to the caller's scope.
     */
    static SoftmaxSolver of(Tensor rows, int maxIterations) {
        try (ReturningScope scope = new ReturningScope()) {
            long width = rows.size(1);
            TensorOptions float64 = new TensorOptions(ScalarType.Double);
            if (width > MAX_WIDTH && rows.size(0) > MAX_WIDTH) {
                Tensor ones = torch.ones(new long[] {width + 1, 1}, float64);
                return new SoftmaxSolver(Optional.empty(), scope.keep(ones), maxIterations);
            }
            PrincipalAxes found = PrincipalAxes.spanning(SampledRows.of(rows, SAMPLE_ROWS), false);
            double[] variances = Arrays.copyOf(found.variances(), found.variances().length + 1);
            variances[variances.length - 1] = 1;
            Tensor ofAxes = Tensor.create(variances).unsqueeze(1).clamp_min(new Scalar(SMALLEST_VARIANCE));
            return new SoftmaxSolver(Optional.of(scope.keep(found.directions())), scope.keep(ofAxes), maxIterations);
        }
    }

    /**
     * Minimises from {@code start}, which is not modified.
     *
     * @param tolerance largest absolute entry of the gradient at which a point counts as the minimum
     */
    Solution minimise(SoftmaxObjective objective, double l2, Tensor start, double tolerance) {
        Tensor point = start.clone();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Search search = new Search(objective, point, scales(objective, l2, point));
            search.run(tolerance);
            return new Solution(point, search.evaluations);
        }
    }

    /** s for the objective's curvature at {@code point}. */
    private Tensor scales(SoftmaxObjective objective, double l2, Tensor point) {
        objective.evaluate(point, torch.zeros_like(point));
        double curvature = Math.max(objective.curvature(), SMALLEST_CURVATURE);
        Tensor hessian = variances.mul(new Scalar(curvature));
        hessian.narrow(0, 0, hessian.size(0) - 1).add_(new Scalar(l2));
        return hessian.rsqrt_();
    }

    /** Multiplies the rows of W, all but the biases, by Q or by its transpose. */
    private Tensor rotated(Tensor matrix, boolean back) {
        if (axes.isEmpty()) {
            return matrix;
        }
        Tensor q = back ? axes.get().t() : axes.get();
        long last = matrix.size(0) - 1;
        return torch.cat(new TensorVector(q.mm(matrix.narrow(0, 0, last)), matrix.narrow(0, last, 1)), 0);
    }

    /**
     * One run of L-BFGS. libtorch calls {@link #call} for the value and the gradient at the parameter's current value.
     */
    private final class Search extends LossClosure {
        private final SoftmaxObjective objective;
        private final Tensor point;
        private final Tensor gradient;
        private final Tensor scales;
        private final Tensor parameter;
        private final Tensor slope;
        private final Tensor value;
        private int evaluations;

        Search(SoftmaxObjective objective, Tensor point, Tensor scales) {
            this.objective = objective;
            this.point = point;
            gradient = torch.zeros_like(point);
            this.scales = scales;
            parameter = rotated(point, true).div(scales);
            slope = torch.zeros_like(parameter);
            value = torch.zeros(new long[0], new TensorOptions(ScalarType.Double));
            parameter.mutable_grad().put(slope);
        }

        void run(double tolerance) {
            LBFGSOptions options = new LBFGSOptions(1.0);
            options.max_iter().put(maxIterations);
            options.history_size().put(HISTORY);
            // The gradient of u is s times that of x.
            options.tolerance_grad().put(tolerance * Math.min(1, scales.min().item_double()));
            options.tolerance_change().put(NO_PROGRESS);
            options.line_search_fn().put("strong_wolfe");
            new LBFGS(new TensorVector(parameter), options).step(this);
            point.copy_(rotated(parameter.mul(scales), false));
        }

        @Override
        public Tensor call() {
            evaluations++;
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                point.copy_(rotated(parameter.mul(scales), false));
                value.fill_(new Scalar(objective.evaluate(point, gradient)));
                slope.copy_(rotated(gradient, true).mul(scales));
            }
            return value;
        }
    }
}
