package org.mmcr.capacity;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.linalg.Escape;

/**
 * Finds orthonormal directions V whose removal leaves rows X least correlated: minimises half the sum over pairs of {@code
 * R_mn^2 / (R_mm R_nn)}, R = X (I - V V') X', over matrices with orthonormal columns.
 *
 * <p>Gradient descent on the Stiefel manifold with Barzilai and Borwein's step, a QR decomposition to return to the manifold,
 * and steps halved until the objective falls enough (Wen and Yin 2013).
 */
final class CorrelationDescent {
    private static final int STEPS = 300;
    /** Relative change of the objective below which it has converged, three steps in a row. */
    private static final double CONVERGED = 1e-9;

    private static final double SUFFICIENT = 1e-4;
    private static final int HALVINGS = 40;

    private CorrelationDescent() {}

    /** One point of the descent. */
    private record Point(Tensor directions, double cost, Tensor slope) {}

    /** rows (P, d), start (d, k) of full rank -> (d, k) with orthonormal columns, in the caller's scope. */
    static Tensor minimise(Tensor rows, Tensor start) {
        try (Escape scope = new Escape()) {
            Tensor gram = torch.matmul(rows, rows.t());
            Point now = at(rows, gram, orthonormal(start));
            double step = 1e-2 / Math.max(1e-12, length(now.slope));
            int still = 0;
            for (int i = 0; i < STEPS && still < 3; i++) {
                Point next = moved(rows, gram, now, step);
                still = now.cost - next.cost < CONVERGED * now.cost ? still + 1 : 0;
                Tensor s = next.directions.sub(now.directions);
                Tensor y = next.slope.sub(now.slope);
                double sy = Math.abs(dot(s, y));
                step = sy > 0 ? dot(s, s) / sy : step;
                now = next;
            }
            return scope.keep(now.directions);
        }
    }

    private static Point moved(Tensor rows, Tensor gram, Point from, double firstStep) {
        double fall = dot(from.slope, from.slope);
        double step = firstStep;
        for (int i = 0; i < HALVINGS; i++) {
            Point next = at(rows, gram, orthonormal(from.directions.sub(from.slope.mul(new Scalar(step)))));
            if (next.cost <= from.cost - SUFFICIENT * step * fall) {
                return next;
            }
            step /= 2;
        }
        return from;
    }

    /** Cost and Riemannian gradient. With c = X V: the gradient by c is 2 (q c - W c), W = R / (r r'), q_m = sum_n R_mn^2 / (r_m^2 r_n). */
    private static Point at(Tensor rows, Tensor gram, Tensor directions) {
        try (Escape scope = new Escape()) {
            Tensor c = torch.matmul(rows, directions);
            Tensor left = gram.sub(torch.matmul(c, c.t()));
            // A centre inside the removed directions has nothing left to correlate.
            Tensor r = left.diagonal().clamp_min(new Scalar(1e-300));
            Tensor weights = left.div(r.unsqueeze(1)).div(r);
            Tensor squares = weights.mul(left);
            double cost = squares.sum().item_double() / 2;
            Tensor q = squares.sum(1).div(r);
            Tensor byC = q.unsqueeze(1).mul(c).sub(torch.matmul(weights, c)).mul(new Scalar(2));
            Tensor slope = torch.matmul(rows.t(), byC);
            Tensor inner = torch.matmul(directions.t(), slope);
            Tensor symmetric = inner.add(inner.t()).div(new Scalar(2));
            return new Point(scope.keep(directions), cost, scope.keep(slope.sub(torch.matmul(directions, symmetric))));
        }
    }

    private static Tensor orthonormal(Tensor directions) {
        // get0 is a reference into the pair, which does not outlive the scope; the copy shares its numbers.
        return new Tensor(torch.linalg_qr(directions).get0());
    }

    private static double dot(Tensor a, Tensor b) {
        try (PointerScope scope = new PointerScope()) {
            return a.mul(b).sum().item_double();
        }
    }

    private static double length(Tensor a) {
        return Math.sqrt(dot(a, a));
    }
}
