package org.mmcr.explorer.labelling;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearModel;
import org.mmcr.train.evaluate.LinearProbe;
import org.mmcr.train.evaluate.ProbeOptions;
import org.mmcr.train.evaluate.StandardisedRows;

/**
 * Fits linear heads to a few labelled rows. Features are standardised with all rows, because ten labelled ones do not
 * determine a standard deviation. Not thread-safe.
 */
public final class HeadFitter implements AutoCloseable {
    /** Penalties to try, from strong to weak; fewer than in an evaluation, because a person is waiting. */
    private static final ProbeOptions OPTIONS =
            new ProbeOptions(List.of(1.0, 0.3, 0.1, 0.03, 0.01), 2, 0.2, 0, 40, 1e-4);

    private final Tensor features;
    private final StandardisedRows statistics;

    /** @param features float32 (N, F), contiguous, not modified and not closed here */
    public HeadFitter(Tensor features) {
        this.features = features;
        this.statistics = StandardisedRows.of(features);
    }

    /**
     * Fits a head to some rows.
     *
     * @param rows indices of the rows; at least two classes among them
     * @param labels class of each of them, indices into {@code classes}
     */
    public Head fit(int[] rows, int[] labels, List<String> classes) {
        if (Arrays.stream(labels).distinct().count() < 2) {
            throw new MmcrException("expected labels of at least two classes, found fewer; label pictures of another");
        }
        long began = System.nanoTime();
        try (PointerScope scope = new PointerScope()) {
            LinearModel model =
                    new LinearProbe(OPTIONS).fit(new FeatureSet(gathered(rows), labels, classes), statistics);
            return new Head(model, classes, rows.length, (System.nanoTime() - began) / 1e9);
        }
    }

    /** Predicts some rows. */
    int[] predict(Head head, int[] rows) {
        try (PointerScope scope = new PointerScope()) {
            return head.model().predict(gathered(rows));
        }
    }

    private Tensor gathered(int[] rows) {
        return features.index_select(
                0, torch.tensor(Arrays.stream(rows).asLongStream().toArray()));
    }

    @Override
    public void close() {
        statistics.close();
    }
}
