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
    private static final double SUFFICIENT = 1e-4;
    private static final int HALVINGS = 40;

    private CorrelationDescent() {}

    /** One point of the descent. */
    private record Point(Tensor directions, double cost, Tensor slope) {}

    /**
     * rows (P, d), start (d, k) of full rank -> (d, k) with orthonormal columns, in the caller's scope.
     *
     * @param steps at most
     * @param converged relative change of the objective that ends the descent, three steps in a row
     */
    static Tensor minimise(Tensor rows, Tensor start, int steps, double converged) {
        try (Escape scope = new Escape()) {
            Tensor gram = torch.matmul(rows, rows.t());
            Point now = at(rows, gram, orthonormal(start));
            double step = 1e-2 / Math.max(1e-12, length(now.slope));
            int still = 0;
            for (int i = 0; i < steps && still < 3; i++) {
                Point next = moved(rows, gram, now, step);
                still = now.cost - next.cost < converged * now.cost ? still + 1 : 0;
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
            Tensor before = gram.diagonal();
            // A centre inside the removed directions has nothing left to correlate.
            Tensor r = torch.maximum(
                    before.sub(c.square().sum(1)), before.mul(new Scalar(1e-14)).add(new Scalar(1e-300)));
            Tensor scale = r.rsqrt().unsqueeze(1);
            Tensor cosines = gram.sub(torch.matmul(c, c.t())).mul_(scale).mul_(scale.t());
            Tensor squares = cosines.square().sum(1);
            double cost = squares.sum().item_double() / 2;
            Tensor q = squares.div(r).unsqueeze(1);
            Tensor byC =
                    q.mul(c).sub(torch.matmul(cosines, scale.mul(c)).mul(scale)).mul(new Scalar(2));
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
