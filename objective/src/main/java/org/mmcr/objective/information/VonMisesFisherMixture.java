package org.mmcr.objective.information;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * A mixture of von Mises-Fisher distributions on one sphere.
 *
 * <p>The density has a closed form, the entropy does not. Two closed-form bounds bracket it (Kolchinsky and Tracey
 * 2017); they are equal where the components coincide or do not overlap.
 *
 * @param weights positive, sum 1
 * @param means mean direction of each component, length 1
 * @param laws distribution of each component, all of one dimension
 */
@API(status = API.Status.STABLE)
public record VonMisesFisherMixture(List<Double> weights, List<List<Double>> means, List<VonMisesFisher> laws) {
    public VonMisesFisherMixture {
        weights = List.copyOf(weights);
        means = means.stream().map(List::copyOf).toList();
        laws = List.copyOf(laws);
        double total = weights.stream().mapToDouble(Double::doubleValue).sum();
        boolean sizes = !weights.isEmpty() && means.size() == weights.size() && laws.size() == weights.size();
        if (!sizes || Math.abs(total - 1) > 1e-9 || weights.stream().anyMatch(weight -> !(weight > 0))) {
            throw new MmcrException(
                    "expected positive weights of sum 1 with a mean and a distribution each, found weights " + weights
                            + ", " + means.size() + " means and " + laws.size()
                            + " distributions; divide the weights by their sum");
        }
        int dimension = laws.get(0).dimension();
        for (int i = 0; i < weights.size(); i++) {
            double square = means.get(i).stream().mapToDouble(x -> x * x).sum();
            if (laws.get(i).dimension() != dimension
                    || means.get(i).size() != dimension
                    || Math.abs(square - 1) > SpherePoints.TOLERANCE) {
                throw new MmcrException("expected a mean direction of length 1 and a distribution in " + dimension
                        + " dimensions, found another in component " + i + "; normalise the means");
            }
        }
    }

    /** Returns a mixture of a single component. */
    static VonMisesFisherMixture of(double[] mean, VonMisesFisher law) {
        return new VonMisesFisherMixture(List.of(1.0), List.of(boxed(mean)), List.of(law));
    }

    /** Returns the dimension of the points, D. */
    public int dimension() {
        return laws.get(0).dimension();
    }

    /**
     * Returns the log density in nats at every row of {@code points} (N, D), unit rows.
     *
     * @throws MmcrException if there is no row, one is of another dimension, or one is not of length 1
     */
    public double[] logDensity(Tensor points) {
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = SpherePoints.rows(points, dimension());
            return SpherePoints.values(logTerms(rows).logsumexp(new long[] {1}, false));
        }
    }

    /** Returns log(weight * density) of every component at every row: (N, D) float64 unit rows -> (N, C). */
    Tensor logTerms(Tensor rows) {
        double[] kappas = laws.stream().mapToDouble(VonMisesFisher::kappa).toArray();
        double[] peaks = new double[kappas.length];
        Arrays.setAll(peaks, c -> Math.log(weights.get(c)) + laws.get(c).logPeak());
        return torch.matmul(rows, meanRows().t())
                .sub_(new Scalar(1))
                .mul_(Tensor.create(kappas))
                .add_(Tensor.create(peaks));
    }

    /** Returns the log of the mass within {@code radii[i]} of row i, computed on all cores. */
    double[] logCapMass(Tensor rows, double[] radii) {
        CapMass caps = new CapMass(dimension());
        int count = weights.size();
        double[] cosines = SpherePoints.values(torch.matmul(rows, meanRows().t()));
        double[] result = new double[radii.length];
        IntStream.range(0, radii.length).parallel().forEach(row -> {
            double[] terms = new double[count];
            for (int c = 0; c < count; c++) {
                double angle = Math.acos(Math.max(-1, Math.min(1, cosines[row * count + c])));
                terms[c] = Math.log(weights.get(c)) + caps.log(laws.get(c), angle, radii[row]);
            }
            result[row] = logSum(terms);
        });
        return result;
    }

    /** Returns a lower bound of the entropy, from the Bhattacharyya distance of every pair of components. */
    public double entropyLowerBound() {
        return entropyBound((i, j) -> -logAffinity(i, j));
    }

    /** Returns an upper bound of the entropy, from the Kullback-Leibler divergence of every pair of components. */
    public double entropyUpperBound() {
        return entropyBound((i, j) -> {
            VonMisesFisher own = laws.get(i);
            VonMisesFisher other = laws.get(j);
            return -own.entropy() - other.logDensity(own.meanCosine() * cosine(i, j));
        });
    }

    private interface Distance {
        double between(int i, int j);
    }

    private double entropyBound(Distance distance) {
        double sum = 0;
        double[] terms = new double[weights.size()];
        for (int i = 0; i < terms.length; i++) {
            for (int j = 0; j < terms.length; j++) {
                terms[j] = Math.log(weights.get(j)) - (i == j ? 0 : Math.max(0, distance.between(i, j)));
            }
            sum += weights.get(i) * (laws.get(i).entropy() - logSum(terms));
        }
        return sum;
    }

    /** Returns the log of the integral of sqrt(p_i p_j), whose integrand is again a von Mises-Fisher density. */
    private double logAffinity(int i, int j) {
        double a = laws.get(i).kappa() / 2;
        double b = laws.get(j).kappa() / 2;
        double joint = Math.sqrt(Math.max(0, a * a + b * b + 2 * a * b * cosine(i, j)));
        double peaks = (laws.get(i).logPeak() + laws.get(j).logPeak()) / 2;
        return peaks - new VonMisesFisher(dimension(), joint).logPeak() + joint - a - b;
    }

    private double cosine(int i, int j) {
        double sum = 0;
        for (int d = 0; d < dimension(); d++) {
            sum += means.get(i).get(d) * means.get(j).get(d);
        }
        return sum;
    }

    /** Draws {@code count} points: (count, D) float64, owned by the caller's {@code PointerScope}. */
    public Tensor sample(int count, RandomGenerator random) {
        double[] rows = new double[Math.multiplyExact(count, dimension())];
        for (int row = 0; row < count; row++) {
            int chosen = 0;
            double rest = random.nextDouble() - weights.get(0);
            while (rest > 0 && chosen < weights.size() - 1) {
                rest -= weights.get(++chosen);
            }
            double[] mean =
                    means.get(chosen).stream().mapToDouble(Double::doubleValue).toArray();
            System.arraycopy(laws.get(chosen).draw(mean, 1, random), 0, rows, row * dimension(), dimension());
        }
        return Tensor.create(rows, count, dimension());
    }

    private Tensor meanRows() {
        double[] values = means.stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .toArray();
        return Tensor.create(values, means.size(), dimension());
    }

    static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    static double logSum(double[] terms) {
        double largest = Arrays.stream(terms).max().orElseThrow();
        if (largest == Double.NEGATIVE_INFINITY) {
            return largest;
        }
        return largest
                + Math.log(Arrays.stream(terms)
                        .map(term -> Math.exp(term - largest))
                        .sum());
    }
}
