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
 * Fits heads to a few labelled rows of many. Features are standardised by all rows, labelled or not: ten labelled pictures
 * say little about the spread of a feature. Not thread-safe.
 */
public final class HeadFitter implements AutoCloseable {
    /** Fewer penalties than an evaluation tries, because somebody is waiting; from strong to weak. */
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
     * Fits to some rows.
     *
     * @param rows which rows; at least two classes among them
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

    /** What a head says of some rows. */
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
