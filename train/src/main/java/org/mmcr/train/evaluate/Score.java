package org.mmcr.train.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * Accuracy on test samples.
 *
 * @param top1 fraction of the samples whose class was predicted right, 0..1; the mean where there are several draws
 * @param top1Std sample standard deviation over draws of the training labels; absent without draws
 * @param n test samples
 * @param perClass accuracy of every class, in the order of the confusion matrix; absent with draws
 * @param confusion counts, rows: true class, columns: predicted class; absent with draws
 * @param notes notes for the reader, such as a capped k
 * @param seconds time of the protocol without the computation of features
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"top1", "top1_std", "n"})
@API(status = API.Status.STABLE)
public record Score(
        double top1,
        OptionalDouble top1Std,
        int n,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ClassAccuracy> perClass,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<Integer>> confusion,
        List<String> notes,
        double seconds) {

    public Score {
        perClass = List.copyOf(perClass);
        confusion = List.copyOf(confusion);
        notes = List.copyOf(notes);
    }

    /** Counts predictions against the truth; both hold indices into {@code classNames}. */
    static Score of(List<String> classNames, int[] truth, int[] predicted, List<String> notes, double seconds) {
        int[][] counts = new int[classNames.size()][classNames.size()];
        for (int row = 0; row < truth.length; row++) {
            counts[truth[row]][predicted[row]]++;
        }
        List<ClassAccuracy> perClass = new ArrayList<>();
        int correct = 0;
        for (int c = 0; c < counts.length; c++) {
            perClass.add(new ClassAccuracy(
                    classNames.get(c), Arrays.stream(counts[c]).sum(), counts[c][c]));
            correct += counts[c][c];
        }
        return new Score(
                (double) correct / truth.length,
                OptionalDouble.empty(),
                truth.length,
                perClass,
                Arrays.stream(counts)
                        .map(row -> Arrays.stream(row).boxed().toList())
                        .toList(),
                notes,
                seconds);
    }

    /**
     * Scores class scores by the highest of each row; on a tie the first class wins.
     *
     * @param scores (N, C), with the truth as labels
     * @param columns names of the C classes; the class of each label is among them
     */
    public static Score ofHighest(FeatureSet scores, List<String> columns) {
        scores.requireLabelled("test");
        FloatBuffer values = NativeFloats.of(scores.features());
        int[] truth = new int[scores.size()];
        int[] predicted = new int[scores.size()];
        for (int row = 0; row < truth.length; row++) {
            truth[row] = columns.indexOf(scores.classNames().get(scores.labels()[row]));
            for (int c = 1; c < columns.size(); c++) {
                int best = predicted[row];
                if (values.get(row * columns.size() + c) > values.get(row * columns.size() + best)) {
                    predicted[row] = c;
                }
            }
        }
        return of(columns, truth, predicted, List.of(), 0);
    }

    /** Returns mean and standard deviation of the scores of several draws, all on the same test samples. */
    static Score over(List<Score> draws) {
        double mean = draws.stream().mapToDouble(Score::top1).average().orElseThrow();
        double squares = draws.stream()
                .mapToDouble(draw -> (draw.top1() - mean) * (draw.top1() - mean))
                .sum();
        return new Score(
                mean,
                OptionalDouble.of(draws.size() > 1 ? Math.sqrt(squares / (draws.size() - 1)) : 0),
                draws.get(0).n(),
                List.of(),
                List.of(),
                List.of(),
                draws.stream().mapToDouble(Score::seconds).sum());
    }
}
