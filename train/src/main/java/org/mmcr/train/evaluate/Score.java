package org.mmcr.train.evaluate;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One protocol's result with the evidence for it.
 *
 * @param top1 share of test samples whose class was predicted right, 0..1
 * @param n test samples
 * @param protocol what was done, in one line
 * @param settings with which settings
 * @param perClass accuracy of every class, in the order of the confusion matrix
 * @param confusion counts, rows: true class, columns: predicted class
 * @param notes what the reader should know, such as a capped k
 * @param seconds time spent on this protocol after the features were there
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonPropertyOrder({"top1", "n", "protocol", "settings"})
@API(status = API.Status.STABLE)
public record Score(
        double top1,
        int n,
        String protocol,
        ProtocolSettings settings,
        List<ClassAccuracy> perClass,
        List<List<Integer>> confusion,
        List<String> notes,
        double seconds) {

    public Score {
        perClass = List.copyOf(perClass);
        confusion = List.copyOf(confusion);
        notes = List.copyOf(notes);
    }

    /** Counts predictions against the truth; both hold indices into {@code classNames}. */
    static Score of(
            String protocol,
            ProtocolSettings settings,
            List<String> classNames,
            int[] truth,
            int[] predicted,
            List<String> notes,
            double seconds) {
        int[][] counts = new int[classNames.size()][classNames.size()];
        for (int row = 0; row < truth.length; row++) {
            counts[truth[row]][predicted[row]]++;
        }
        List<ClassAccuracy> perClass = new ArrayList<>();
        List<List<Integer>> confusion = new ArrayList<>();
        int correct = 0;
        for (int c = 0; c < counts.length; c++) {
            List<Integer> row = new ArrayList<>();
            int n = 0;
            for (int count : counts[c]) {
                row.add(count);
                n += count;
            }
            correct += counts[c][c];
            perClass.add(new ClassAccuracy(classNames.get(c), n, counts[c][c]));
            confusion.add(List.copyOf(row));
        }
        double top1 = (double) correct / truth.length;
        return new Score(top1, truth.length, protocol, settings, perClass, confusion, notes, seconds);
    }
}
