package org.mmcr.explorer.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.labelling.Labels;
import org.mmcr.explorer.labelling.Predictions;

/** The fields of the pictures of a data set: of the data, of labels and predictions, and of a table. */
public final class PictureFields {
    static final String NAME = "name";
    private static final String FOLDER = "folder";
    private static final String CLASS = "class";
    private static final String LABEL = "label";
    private static final String PREDICTION = "prediction";
    private static final String CERTAINTY = "certainty";

    /** Names that are no names of a table's columns. */
    static final List<String> BUILT_IN = List.of(NAME, FOLDER, CLASS, LABEL, PREDICTION, CERTAINTY);

    private final List<PictureField> ofData;
    private final List<PictureField> ofTable;

    private PictureFields(List<PictureField> ofData, List<PictureField> ofTable) {
        this.ofData = ofData;
        this.ofTable = ofTable;
    }

    /**
     * Returns what does not change while the data is open: names, folders, classes if there are some, and the columns
     * of a table.
     *
     * @throws org.mmcr.core.MmcrException if the table is not of these pictures
     */
    public static PictureFields of(PictureSource data, Optional<ColumnTable> table) {
        String[] names = new String[data.size()];
        int[] classes = new int[data.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = data.name(i).toLowerCase(Locale.ROOT);
            classes[i] = data.label(i).orElse(-1);
        }
        List<PictureField> ofData = new ArrayList<>();
        ofData.add(new PictureField.Text(NAME, i -> names[i]));
        ofData.add(new PictureField.Text(FOLDER, i -> names[i].substring(0, Math.max(0, names[i].lastIndexOf('/')))));
        if (!data.classNames().isEmpty()) {
            ofData.add(new PictureField.Values(CLASS, data.classNames(), i -> classes[i]));
        }
        return new PictureFields(
                List.copyOf(ofData), table.map(columns -> columns.of(data)).orElse(List.of()));
    }

    /**
     * Returns all fields with labels and predictions as they are now.
     *
     * @param classes of the predictions; empty without predictions
     */
    public List<PictureField> with(Labels labels, List<String> classes, Optional<Predictions> predictions) {
        int[] label = labels.of();
        IntUnaryOperator best = i -> -1;
        IntToDoubleFunction certainty = i -> Double.NaN;
        if (predictions.isPresent()) {
            short[] predicted = predictions.get().best();
            float[] confidence = predictions.get().confidence();
            best = i -> predicted[i];
            certainty = i -> confidence[i];
        }
        List<PictureField> all = new ArrayList<>(ofData);
        all.add(new PictureField.Values(LABEL, labels.names(), i -> label[i]));
        all.add(new PictureField.Values(PREDICTION, classes, best));
        all.add(new PictureField.Numbers(CERTAINTY, certainty));
        all.addAll(ofTable);
        return List.copyOf(all);
    }
}
