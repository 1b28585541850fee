package org.mmcr.train.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.objective.linalg.ReturningScope;
import org.mmcr.objective.linalg.TensorArrays;
import org.mmcr.train.encoder.ModelState;

/**
 * Whitening of features with statistics of unlabelled ones: {@code x -> (x - m) V (L + e mean(L))^(-1/2)}, where m is
 * their mean, {@code V diag(L) V^T} their covariance, and e a ridge. The ridge keeps directions of little variance,
 * which hold mostly noise, from being amplified without bound.
 *
 * <p>V has the R directions in which the samples differ by more than rounding, and mean(L) is the mean over these.
 * There are fewer than F of them if a feature is constant, or with fewer samples than features. Of equal samples there
 * is one, and everything becomes zero.
 *
 * <p>Cost of the statistics: O(N F min(N, F)). The tensors are freed by {@link #close()}.
 */
@API(status = API.Status.STABLE)
public final class Whitening implements AutoCloseable {
    /** The usual ridge, in the middle of those that {@link Whitened} tries. */
    public static final double RIDGE = 0.1;

    /** Above so many features, the statistics are those of some rows, spread over all. */
    private static final int WIDEST = 4096;
    /** At most so many rows. */
    private static final int WIDE_ROWS = 1024;

    private static final int FORMAT = 1;
    private static final String VERSION = "whitening_format";
    private static final String E = "ridge";
    private static final String N = "samples";
    private static final String MEAN = "mean";
    private static final String DIRECTIONS = "directions";
    private static final String VARIANCES = "variances";

    private final PrincipalAxes axes;
    private final double ridge;
    private final int samples;

    private Whitening(PrincipalAxes axes, double ridge, int samples) {
        this.axes = axes;
        this.ridge = ridge;
        this.samples = samples;
    }

    /**
     * As {@link #of(Tensor, double)} with the usual ridge, {@value #RIDGE}.
     *
     * @param features float32 (N, F), N at least 1, not modified
     */
    public static Whitening of(Tensor features) {
        return of(features, RIDGE);
    }

    /**
     * Takes the statistics of features. Of more than {@value #WIDEST} features, at most {@value #WIDE_ROWS} rows
     * are used, spread over all.
     *
     * @param features float32 (N, F), N at least 1, not modified
     * @param ridge e, in units of the mean variance; 0 or more
     * @throws MmcrException if there is no row, one is not finite, or the ridge is negative or no number
     */
    public static Whitening of(Tensor features, double ridge) {
        long rows = features.size(0);
        if (rows == 0) {
            throw new MmcrException("expected at least one sample to take whitening statistics of, found none");
        }
        if (!(ridge >= 0) || ridge == Double.POSITIVE_INFINITY) {
            throw new MmcrException("expected a ridge of 0 or more, found " + ridge + "; " + RIDGE + " is usual");
        }
        try (Tensor used = features.size(1) > WIDEST ? SampledRows.of(features, WIDE_ROWS) : features.alias()) {
            requireFinite(used);
            int samples = Math.toIntExact(used.size(0));
            try (PrincipalAxes all = PrincipalAxes.spanning(used, true)) {
                double rounding = all.variances()[0] * Math.ulp(1.0) * Math.max(rows, features.size(1));
                int spanned = (int) Arrays.stream(all.variances())
                        .filter(variance -> variance > rounding)
                        .count();
                return new Whitening(all.leading(Math.max(1, spanned)), ridge, samples);
            }
        }
    }

    private static void requireFinite(Tensor features) {
        try (PointerScope scope = new PointerScope()) {
            // A sum of finite float32 values in float64 is finite.
            if (!torch.isfinite(features.sum(new ScalarTypeOptional(ScalarType.Double)))
                    .item_bool()) {
                throw new MmcrException("expected finite features to take whitening statistics of, found NaN or"
                        + " infinity; the encoder's weights or input are broken");
            }
        }
    }

    /** Returns the number of features F that are whitened. */
    public int features() {
        return Math.toIntExact(axes.directions().size(0));
    }

    /** Returns the number of whitened features R, at most F. */
    public int width() {
        return axes.variances().length;
    }

    /** Returns e, in units of the mean variance. */
    public double ridge() {
        return ridge;
    }

    /** Returns the number of samples of the statistics. */
    public int samples() {
        return samples;
    }

    /**
     * Returns whitened rows, float32 (N, R); the caller closes them.
     *
     * @param rows float32 (N, F), not modified
     */
    public Tensor apply(Tensor rows) {
        requireWidth(rows.size(1));
        Tensor whitened = rotate(rows);
        try (PointerScope scope = new PointerScope()) {
            whitened.mul_(Tensor.create(factors(ridge)).to(ScalarType.Float).unsqueeze(0));
        }
        return whitened;
    }

    /**
     * Checks the number of features.
     *
     * @throws MmcrException if it is not {@link #features()}
     */
    public void requireWidth(long found) {
        if (found != features()) {
            throw new MmcrException("expected the " + features() + " features that the whitening was made for, found "
                    + found + "; take statistics of these features");
        }
    }

    /** Returns the coordinates of rows (N, F) in the directions V, float32 (N, R); the caller closes them. */
    Tensor rotate(Tensor rows) {
        return axes.rotate(rows);
    }

    /** Returns {@code (L + e mean(L))^(-1/2)} for any ridge; zeros if all samples are equal. */
    double[] factors(double anyRidge) {
        double mean = Arrays.stream(axes.variances()).average().orElse(0);
        return Arrays.stream(axes.variances())
                .map(variance -> mean == 0 ? 0 : 1 / Math.sqrt(variance + anyRidge * mean))
                .toArray();
    }

    /** Returns a copy of m, float64 (1, F), in the caller's scope. */
    Tensor mean() {
        return axes.mean().clone();
    }

    /** Returns {@code V (L + e mean(L))^(-1/2)}, float64 (F, R), in the caller's scope. */
    Tensor map() {
        try (ReturningScope scope = new ReturningScope()) {
            return scope.keep(
                    axes.directions().mul(Tensor.create(factors(ridge)).unsqueeze(0)));
        }
    }

    /**
     * Returns the whitening as a linear layer, {@code weight x + bias}: float32 {@code weight} (R, F) and {@code bias}
     * (R), in the caller's scope.
     */
    public Map<String, Tensor> layer() {
        try (ReturningScope scope = new ReturningScope()) {
            Tensor map = map();
            Map<String, Tensor> layer = new LinkedHashMap<>();
            layer.put("weight", scope.keep(map.t().to(ScalarType.Float).contiguous()));
            layer.put("bias", scope.keep(axes.mean().mm(map).neg().squeeze(0).to(ScalarType.Float)));
            return layer;
        }
    }

    /**
     * Writes the statistics as a safetensors file, atomically.
     *
     * @param facts metadata as text, for example the encoder of the features
     */
    public void write(Path file, Map<String, String> facts) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(facts);
        metadata.put(VERSION, String.valueOf(FORMAT));
        metadata.put(E, String.valueOf(ridge));
        metadata.put(N, String.valueOf(samples));
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put(MEAN, axes.mean());
            tensors.put(DIRECTIONS, axes.directions());
            tensors.put(VARIANCES, Tensor.create(axes.variances()));
            AtomicFiles.write(file, beside -> ModelState.write(beside, tensors, metadata));
        }
    }

    /**
     * Reads the metadata of a file of {@link #write}.
     *
     * @throws MmcrException if it is damaged
     */
    public static Map<String, String> facts(Path file) throws IOException {
        try (ModelState state = ModelState.open(file)) {
            return Map.copyOf(state.metadata());
        }
    }

    /**
     * Reads a file of {@link #write}.
     *
     * @throws MmcrException if it is damaged, or a newer mmcr wrote it
     */
    public static Whitening read(Path file) throws IOException {
        try (ReturningScope scope = new ReturningScope();
                ModelState state = ModelState.open(file)) {
            requireFormat(state.metadata().getOrDefault(VERSION, "none"), file);
            Tensor mean = state.read(MEAN);
            Tensor directions = state.read(DIRECTIONS);
            Tensor stored = state.read(VARIANCES);
            double ridge = number(state.metadata().getOrDefault(E, ""));
            double samples = number(state.metadata().getOrDefault(N, ""));
            boolean sound = isMatrix(mean)
                    && isMatrix(directions)
                    && stored.dim() == 1
                    && stored.scalar_type().intern() == ScalarType.Double
                    && stored.numel() > 0
                    && mean.size(0) == 1
                    && mean.size(1) == directions.size(0)
                    && stored.numel() == directions.size(1)
                    && ridge >= 0
                    && samples >= 1
                    && samples <= Integer.MAX_VALUE
                    && torch.isfinite(mean.sum().add(directions.sum())).item_bool()
                    && stored.ge(torch.zeros_like(stored)).all().item_bool();
            if (!sound) {
                throw damaged(file);
            }
            double[] variances = TensorArrays.of(stored);
            return new Whitening(
                    PrincipalAxes.known(scope.keep(mean), scope.keep(directions), variances), ridge, (int) samples);
        }
    }

    private static void requireFormat(String found, Path file) {
        if (!found.equals(String.valueOf(FORMAT))) {
            throw new MmcrException("expected whitening statistics of format " + FORMAT + " in " + file
                    + ", found format " + found + "; use the version of mmcr that wrote it, or remove the file");
        }
    }

    private static boolean isMatrix(Tensor tensor) {
        return tensor.dim() == 2 && tensor.scalar_type().intern() == ScalarType.Double;
    }

    /** Returns a number of the metadata; NaN if there is none. */
    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static MmcrException damaged(Path file) {
        return new MmcrException("expected a mean, directions and variances of one size in " + file
                + ", found others; the file is damaged: remove it, and statistics are taken anew");
    }

    @Override
    public void close() {
        axes.close();
    }
}
