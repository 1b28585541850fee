package org.mmcr.explorer;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.mmcr.data.LabelFile;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.Csv;
import org.mmcr.explorer.labelling.Labels;

/** Tables of labels and predictions as CSV (RFC 4180), one picture per line. */
final class LabelTables {
    private LabelTables() {}

    /** Returns path and label of the labelled pictures. */
    static byte[] labels(ExplorerState.Ready ready) {
        PictureSource data = ready.featureStore().data();
        Labels labels = ready.session().labels();
        StringBuilder text = new StringBuilder(LabelFile.HEADER + "\n");
        for (int picture : labels.labelled()) {
            text.append(Csv.row(data.name(picture), labels.names().get(labels.of()[picture])))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns path, label, prediction and confidence of all pictures; a missing label is empty. */
    static byte[] predictions(ExplorerState.Ready ready) {
        PictureSource data = ready.featureStore().data();
        LabelSession.Fitted fitted = ready.session().require();
        Labels labels = fitted.labels();
        StringBuilder text = new StringBuilder(LabelFile.HEADER + ",prediction,confidence\n");
        for (int i = 0; i < data.size(); i++) {
            int label = labels.of()[i];
            text.append(Csv.row(
                            data.name(i),
                            label < 0 ? "" : labels.names().get(label),
                            fitted.className(i),
                            String.format(
                                    Locale.ROOT, "%.4f", fitted.predictions().confidence()[i])))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
