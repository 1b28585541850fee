package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * Accuracy with few labelled training samples. Repeated stratified draws take a number of labels per class; other
 * protocols are fitted to the drawn samples alone and scored on all test samples. A draw is a function of the seed, so
 * every representation is fitted to the same labels.
 *
 * @param labelsPerClass number of labels drawn of each class
 * @param draws number of draws
 * @param seed seed of the draws
 * @param protocols protocols fitted to each draw
 */
record FewLabels(int labelsPerClass, int draws, long seed, List<Protocol> protocols) implements Protocol {
    /**
     * Settings of a score with few labels.
     *
     * @param protocol name of the fitted protocol
     * @param labelsPerClass number of labels drawn of each class
     * @param labels number of labels drawn of all classes
     * @param draws number of draws
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Settings(String protocol, int labelsPerClass, int labels, int draws) implements Protocol.Settings {}

    @Override
    public List<ProtocolResult> score(FeatureSet train, FeatureSet test) {
        List<List<ProtocolResult>> results = new ArrayList<>();
        int labels = 0;
        for (int draw = 0; draw < draws; draw++) {
            int[] rows = draw(train, labelsPerClass, seed * 1_000_003 + draw);
            labels = rows.length;
            try (FeatureSet some = train.rows(rows)) {
                results.add(protocols.stream()
                        .flatMap(protocol -> protocol.score(some, test).stream())
                        .toList());
            }
        }
        List<ProtocolResult> summary = new ArrayList<>();
        for (int i = 0; i < results.get(0).size(); i++) {
            int at = i;
            List<Score> scores =
                    results.stream().map(draw -> draw.get(at).score()).toList();
            summary.add(summary(results.get(0).get(at), labels, Score.over(scores)));
        }
        return summary;
    }

    private ProtocolResult summary(ProtocolResult one, int labels, Score score) {
        return new ProtocolResult(
                one.name() + "_labels" + labelsPerClass,
                one.title() + ", " + labelsPerClass + (labelsPerClass == 1 ? " label" : " labels") + " per class",
                one.description() + "; mean over draws of few labels",
                new Settings(one.name(), labelsPerClass, labels, draws),
                score);
    }

    /** Draws a number of rows of each class, ascending. */
    static int[] draw(FeatureSet train, int perClass, long seed) {
        train.requireLabelled("training");
        List<String> names = train.classNames();
        return StratifiedSplit.draw(train.labels(), names.size(), seed, (c, rows) -> {
            if (rows > 0 && rows < perClass) {
                throw new MmcrException("expected at least " + perClass + " training samples of class " + names.get(c)
                        + ", found " + rows + "; lower --labels-per-class");
            }
            return Math.min(perClass, rows);
        });
    }
}
