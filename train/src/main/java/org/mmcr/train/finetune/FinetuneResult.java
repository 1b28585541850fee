package org.mmcr.train.finetune;

import java.util.List;
import java.util.Optional;
import org.mmcr.train.encoder.AdapterSpec;
import org.mmcr.train.evaluate.Evaluation;

/**
 * The document of a fine-tuning, {@code finetuning.json}.
 *
 * @param source run or file of the learned weights
 * @param encoder type of the network
 * @param recipe name or file
 * @param labels labels of each class: {@code all}, {@code 1.0%}, {@code 5-per-class}, or the file that has them
 * @param draws draws of the labels
 * @param tuningTrials trainings that choose the learning rates, for each draw and start
 * @param seed of draws, weights, order and views
 * @param frozen names of the blocks that were not trained
 * @param adapters low-rank adapters, if they were trained in place of the encoder's weights
 * @param head initial weights of the classifier, {@code probe} or {@code random}
 * @param classes names of the classes, in the order of the classifier's scores
 * @param train data that labels were drawn from
 * @param test data of the accuracies
 * @param rows accuracies
 * @param fits all trainings
 * @param machine cores and software
 * @param notes notes for the reader
 * @param seconds wall time of all trainings
 */
public record FinetuneResult(
        String source,
        String encoder,
        String recipe,
        String labels,
        int draws,
        int tuningTrials,
        long seed,
        List<String> frozen,
        Optional<AdapterSpec> adapters,
        String head,
        List<String> classes,
        Evaluation.Data train,
        Evaluation.Data test,
        List<Row> rows,
        List<FitResult> fits,
        Evaluation.Machine machine,
        List<String> notes,
        double seconds) {
    /** Fine-tuning from the learned weights. */
    public static final String FINETUNED = "finetuned";
    /** The same training from random weights. */
    public static final String RANDOM = "random";
    /** A linear probe on frozen features of the learned weights. */
    public static final String PROBE = "probe";

    public FinetuneResult {
        frozen = List.copyOf(frozen);
        classes = List.copyOf(classes);
        rows = List.copyOf(rows);
        fits = List.copyOf(fits);
        notes = List.copyOf(notes);
    }

    /**
     * Accuracies of one way to use the labels.
     *
     * @param name {@value #FINETUNED}, {@value #RANDOM} or {@value #PROBE}
     * @param title readable name
     * @param top1 mean over draws
     * @param top1Std sample standard deviation over draws, 0 with one
     * @param draws accuracy of each draw
     */
    public record Row(String name, String title, double top1, double top1Std, List<Double> draws) {
        /** Returns mean and standard deviation of the draws. */
        public static Row of(String name, String title, List<Double> draws) {
            double mean =
                    draws.stream().mapToDouble(Double::doubleValue).average().orElse(0);
            double squares = draws.stream()
                    .mapToDouble(one -> (one - mean) * (one - mean))
                    .sum();
            double deviation = draws.size() > 1 ? Math.sqrt(squares / (draws.size() - 1)) : 0;
            return new Row(name, title, mean, deviation, List.copyOf(draws));
        }
    }

    /** The row with this name. */
    public Row row(String name) {
        return rows.stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row " + name));
    }
}
