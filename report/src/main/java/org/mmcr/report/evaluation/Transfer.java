package org.mmcr.report.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.ProtocolResult;
import org.mmcr.train.evaluate.Score;

/**
 * Several encoders measured on several labelled data sets with the same protocols.
 *
 * @param table accuracies, protocol by protocol and within each encoder by encoder
 * @param sets everything that was measured on each set, in the order given
 * @param machine cores and software
 * @param seconds wall time of everything
 */
public record Transfer(List<Row> table, List<DataSet> sets, Evaluation.Machine machine, double seconds) {
    private static final String LINEAR = "linear";

    public Transfer {
        table = List.copyOf(table);
        sets = List.copyOf(sets);
    }

    /**
     * Labelled data with a name.
     *
     * @param name heading of its column, unique
     * @param data checked training and test data
     */
    public record Named(String name, EvaluationData data) {}

    /**
     * The results on one data set.
     *
     * @param name heading of its column
     * @param train the labelled data that protocols are fitted to
     * @param test the labelled data that is classified
     * @param classes number of classes of the training data
     * @param encoders results in the order of the encoders
     * @param notes notes for the reader, each once
     */
    public record DataSet(
            String name,
            Evaluation.Data train,
            Evaluation.Data test,
            int classes,
            List<EncoderComparison.Measured> encoders,
            List<String> notes) {
        public DataSet {
            encoders = List.copyOf(encoders);
            notes = List.copyOf(notes);
        }
    }

    /**
     * The accuracies of one encoder by one protocol.
     *
     * @param protocol key of the protocol, such as {@code linear}; {@code linear_class_mean} is the mean of the
     *     accuracies of the classes
     * @param title readable name of the protocol
     * @param encoder name of the encoder
     * @param sets accuracy 0..1 by data set, in their order
     * @param mean over the data sets
     */
    public record Row(String protocol, String title, String encoder, Map<String, Double> sets, double mean) {}

    /**
     * Measures the encoders on one set after the other.
     *
     * @param encoders at least one
     * @param sets at least one
     */
    public static Transfer measure(
            List<EncoderComparison.Named> encoders,
            EncoderComparison.Features features,
            List<Named> sets,
            EvaluationOptions options,
            EvaluationListener listener) {
        long start = System.nanoTime();
        List<DataSet> measured = new ArrayList<>();
        for (Named set : sets) {
            EncoderComparison found =
                    EncoderComparison.measure(encoders, features, set.data(), options, of(set.name(), listener));
            measured.add(new DataSet(
                    set.name(),
                    found.train(),
                    found.test(),
                    set.data().train().classNames().size(),
                    found.encoders(),
                    found.notes()));
        }
        return new Transfer(table(measured), measured, Evaluation.Machine.here(), (System.nanoTime() - start) / 1e9);
    }

    /** Stages that begin with the name of the set. */
    private static EvaluationListener of(String set, EvaluationListener listener) {
        return new EvaluationListener() {
            @Override
            public void stage(String name) {
                listener.stage(set + ", " + name);
            }

            @Override
            public void progress(int done, int total) {
                listener.progress(done, total);
            }

            @Override
            public void skipped(String message) {
                listener.skipped(set + ": " + message);
            }
        };
    }

    private static List<Row> table(List<DataSet> sets) {
        List<Row> rows = new ArrayList<>();
        List<EncoderComparison.Measured> encoders = sets.get(0).encoders();
        int protocols = encoders.get(0).protocols().size();
        for (int protocol = 0; protocol < protocols; protocol++) {
            for (int encoder = 0; encoder < encoders.size(); encoder++) {
                rows.add(row(sets, encoder, protocol, false));
            }
            if (encoders.get(0).protocols().get(protocol).name().equals(LINEAR)) {
                for (int encoder = 0; encoder < encoders.size(); encoder++) {
                    rows.add(row(sets, encoder, protocol, true));
                }
            }
        }
        return rows;
    }

    private static Row row(List<DataSet> sets, int encoder, int protocol, boolean classMean) {
        EncoderComparison.Measured named = sets.get(0).encoders().get(encoder);
        ProtocolResult result = named.protocols().get(protocol);
        Map<String, Double> cells = new LinkedHashMap<>();
        for (DataSet set : sets) {
            Score score = set.encoders().get(encoder).protocols().get(protocol).score();
            cells.put(set.name(), classMean ? classMean(score) : score.top1());
        }
        return new Row(
                classMean ? result.name() + "_class_mean" : result.name(),
                classMean ? result.title() + ", mean over classes" : result.title(),
                named.name(),
                cells,
                cells.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElseThrow());
    }

    /** The mean accuracy of the classes that have test samples. */
    private static double classMean(Score score) {
        return score.perClass().stream()
                .flatMapToDouble(one -> one.accuracy().stream())
                .average()
                .orElse(score.top1());
    }
}
