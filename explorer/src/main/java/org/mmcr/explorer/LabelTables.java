package org.mmcr.explorer;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
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
                            certainty(fitted, i)))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String certainty(LabelSession.Fitted fitted, int picture) {
        return String.format(Locale.ROOT, "%.4f", fitted.predictions().confidence()[picture]);
    }

    /** Returns path, class, label, prediction and certainty of some pictures; what no picture has is left out. */
    static byte[] list(ExplorerState.Ready ready, int[] pictures) {
        PictureSource data = ready.featureStore().data();
        Labels labels = ready.session().labels();
        Map<String, IntFunction<String>> columns = new LinkedHashMap<>();
        columns.put("path", data::name);
        if (!data.classNames().isEmpty()) {
            columns.put("class", i -> {
                OptionalInt given = data.label(i);
                return given.isPresent() ? data.classNames().get(given.getAsInt()) : "";
            });
        }
        if (!labels.names().isEmpty()) {
            columns.put("label", i -> labels.of()[i] < 0 ? "" : labels.names().get(labels.of()[i]));
        }
        ready.session().fitted().ifPresent(fitted -> {
            columns.put("prediction", fitted::className);
            columns.put("certainty", i -> certainty(fitted, i));
        });
        StringBuilder text = new StringBuilder(String.join(",", columns.keySet())).append('\n');
        for (int picture : pictures) {
            Object[] fields = columns.values().stream()
                    .map(column -> column.apply(picture))
                    .toArray();
            text.append(Csv.row(fields)).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
