package org.mmcr.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.linalg.Escape;

/**
 * The low-rank structure that the manifolds' centres have in common, which the theory, made for uncorrelated centres, wants
 * removed first (Cohen et al. 2020, methods).
 *
 * <p>For rank 1, 2, ... the directions are sought whose removal makes the squared correlations between centres least; each rank
 * starts from the one before and a random combination of the centres. The rank with the least mean absolute correlation is
 * kept; the search ends when three ranks in a row brought no improvement.
 *
 * @param correlation mean absolute correlation of the centres before removal
 * @param residual the same after it
 * @param rank how many directions are removed, at least 1 unless there are fewer than three manifolds
 * @param directions (N, rank) orthonormal columns
 */
@API(status = API.Status.STABLE)
public record CentreStructure(double correlation, double residual, int rank, Tensor directions) {
    /** Ranks beyond those that hold this share of the centres' variance ... */
    private static final double VARIANCE = 0.95;
    /** ... that are tried at most. */
    private static final int BEYOND = 10;

    private static final int STARTS = 3;
    private static final int PATIENCE = 3;
    // A rank can be judged long before its directions stand still; of the one chosen, what is left of a centre may
    // depend on them.
    private static final int SEARCH_STEPS = 200;
    private static final double SEARCH_CONVERGED = 1e-5;
    private static final int POLISH_STEPS = 1000;
    private static final double POLISH_CONVERGED = 1e-10;

    /**
     * Analyses centres.
     *
     * @param centres (P, N) float64, P at least 2
     * @param seed of the starts
     */
    static CentreStructure of(Tensor centres, long seed) {
        try (Escape scope = new Escape()) {
            long manifolds = centres.size(0);
            Tensor centred = centres.sub(centres.mean(new long[] {0}, true, new ScalarTypeOptional()));
            // Coordinates in the space the centres span: the correlations do not change, the vectors get short.
            Tensor basis = torch.linalg_svd(centred.t(), false, new StringViewOptional())
                    .get0()
                    .narrow(1, 0, Math.min(manifolds - 1, centres.size(1)));
            Tensor rows = torch.matmul(centred, basis);
            double before = correlation(rows);
            int most = (int) Math.min(mostRanks(rows), Math.min(manifolds, basis.size(1)) - 2);
            if (most < 1) {
                return new CentreStructure(
                        before, before, 0, scope.keep(basis.narrow(1, 0, 0).clone()));
            }
            List<Tensor> found = search(rows, most, new Random(seed));
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < found.size(); i++) {
                double left = correlation(without(rows, found.get(i)));
                if (left < least) {
                    least = left;
                    best = i;
                }
            }
            Tensor polished = CorrelationDescent.minimise(rows, found.get(best), POLISH_STEPS, POLISH_CONVERGED);
            return new CentreStructure(
                    before, correlation(without(rows, polished)), best + 1, scope.keep(torch.matmul(basis, polished)));
        }
    }

    private static List<Tensor> search(Tensor rows, int most, Random random) {
        List<Tensor> found = new ArrayList<>();
        Tensor known = torch.zeros(rows.size(1), 0).to(ScalarType.Double);
        double last = Double.POSITIVE_INFINITY;
        int worse = 0;
        for (int rank = 1; rank <= most && worse < PATIENCE; rank++) {
            known = best(rows, known, random);
            found.add(known);
            double left = correlation(without(rows, known));
            worse = rank > PATIENCE + 1 && left > last ? worse + 1 : 0;
            last = left;
        }
        return found;
    }

    /** Of a few starts the solution that leaves most of the centre that it shortens most. */
    private static Tensor best(Tensor rows, Tensor known, Random random) {
        try (Escape scope = new Escape()) {
            Tensor best = known;
            double most = -1;
            for (int start = 0; start < STARTS; start++) {
                double[] mix = random.doubles(rows.size(0), -1, 1).toArray();
                Tensor combined =
                        torch.matmul(Tensor.create(mix, 1, mix.length), rows).t();
                Tensor first = torch.cat(new TensorVector(combined, known), 1);
                Tensor solved = CorrelationDescent.minimise(rows, first, SEARCH_STEPS, SEARCH_CONVERGED);
                Tensor shares =
                        without(rows, solved).square().sum(1).div(rows.square().sum(1));
                double stability = shares.min().item_double();
                if (stability > most) {
                    most = stability;
                    best = solved;
                }
            }
            return scope.keep(best);
        }
    }

    static Tensor without(Tensor rows, Tensor directions) {
        return rows.sub(torch.matmul(torch.matmul(rows, directions), directions.t()));
    }

    /** Mean absolute cosine over pairs of different rows. */
    static double correlation(Tensor rows) {
        try (PointerScope scope = new PointerScope()) {
            long count = rows.size(0);
            Tensor lengths = rows.square().sum(1).sqrt();
            Tensor cosines =
                    torch.matmul(rows, rows.t()).div(lengths.unsqueeze(1)).div(lengths);
            double sum = cosines.abs().nan_to_num().sum().item_double();
            return (sum - count) / ((double) count * (count - 1));
        }
    }

    /** Ranks worth trying: those that hold most of the variance, and some. */
    private static long mostRanks(Tensor rows) {
        Tensor squares = torch.linalg_svdvals(rows).square();
        Tensor shares = squares.cumsum(0).div(squares.sum());
        long below = shares.lt(new Scalar(VARIANCE)).sum().item_long();
        return Math.max(1, below) + BEYOND;
    }
}
