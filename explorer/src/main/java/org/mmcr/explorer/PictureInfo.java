package org.mmcr.explorer;

import java.util.Optional;
import java.util.OptionalInt;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.labelling.Labels;

/**
 * The description of a picture; texts that do not apply are empty.
 *
 * @param picture its index
 * @param name of its file
 * @param given class of the data
 * @param label given by a person
 * @param prediction of the classifier
 * @param confidence of the prediction; 0 without one
 */
record PictureInfo(int picture, String name, String given, String label, String prediction, double confidence) {
    static PictureInfo of(PictureSource data, Optional<LabelSession> session, int picture) {
        OptionalInt given = data.label(picture);
        Optional<LabelSession.Fitted> fitted = session.flatMap(LabelSession::fitted);
        return new PictureInfo(
                picture,
                data.name(picture),
                given.isPresent() ? data.classNames().get(given.getAsInt()) : "",
                session.flatMap(now -> label(now.labels(), picture)).orElse(""),
                fitted.map(now -> now.className(picture)).orElse(""),
                fitted.map(now -> (double) now.predictions().confidence()[picture])
                        .orElse(0.0));
    }

    private static Optional<String> label(Labels labels, int picture) {
        int label = labels.of()[picture];
        return label < 0 ? Optional.empty() : Optional.of(labels.names().get(label));
    }
}
