package org.mmcr.explorer;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.Csv;
import org.mmcr.explorer.labelling.Labels;

/** Labels and predictions as CSV (RFC 4180), one picture a line. */
final class LabelTables {
    private LabelTables() {}

    /** name, label: the labelled pictures. */
    static byte[] labels(ExplorerState.Ready ready) {
        PictureSource data = ready.gallery().data();
        Labels labels = ready.desk().labels();
        StringBuilder text = new StringBuilder("name,label\n");
        for (int picture : labels.labelled()) {
            text.append(Csv.row(data.name(picture), labels.names().get(labels.of()[picture])))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** name, label, prediction, confidence: all pictures; the label is empty where there is none. */
    static byte[] predictions(ExplorerState.Ready ready) {
        PictureSource data = ready.gallery().data();
        LabelSession.Fitted fitted = ready.desk().require();
        Labels labels = fitted.labels();
        StringBuilder text = new StringBuilder("name,label,prediction,confidence\n");
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
