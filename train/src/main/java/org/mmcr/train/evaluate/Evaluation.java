package org.mmcr.train.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Optional;

/**
 * How good an encoder is, beside what costs nothing: the same network before training, and the raw input. Serialises with
 * Jackson (and its module for Optional) to {@code knn.top1}, {@code knn20.top1}, {@code linear.top1},
 * {@code untrained.knn.top1}, {@code pixels.linear.top1} and so on, each with its protocol, settings and n.
 *
 * @param knn trained encoder: nearest neighbours, k 200, T 0.5
 * @param knn20 trained encoder: nearest neighbours, k 20, T 0.07
 * @param linear trained encoder: linear probe
 * @param untrained the same network with its starting weights, evaluation-mode batch normalisation with the statistics it
 *     starts with (mean 0, variance 1); absent when left out
 * @param pixels normalised pixels of the evaluation view; absent when left out, and for tables
 * @param columns standardised columns; absent when left out, and for pictures
 * @param fewLabel the same with few labels, for each representation; empty when not asked for
 * @param train the labelled data that are neighbours and fit the probe
 * @param test the labelled data that are classified
 * @param features features per sample of the encoder
 * @param precision arithmetic of the encoder, {@code fp32} or {@code bf16}
 * @param machine cores and software it ran on
 * @param notes what the reader should know
 * @param seconds the whole evaluation took
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Evaluation(
        Score knn,
        Score knn20,
        Score linear,
        Optional<Scores> untrained,
        Optional<Scores> pixels,
        Optional<Scores> columns,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FewLabels> fewLabel,
        Data train,
        Data test,
        int features,
        String precision,
        Machine machine,
        List<String> notes,
        double seconds) {

    /**
     * A data source as it was used.
     *
     * @param location as the user gave it
     * @param fingerprint of the source, or of the sample of it that was used
     * @param kind what they are: {@code pictures} or {@code rows}
     * @param pictures how many pictures, or rows of a table, were used
     * @param broken how many could not be decoded and were skipped
     */
    public record Data(String location, String fingerprint, String kind, int pictures, int broken) {}

    /** Where it ran. */
    public record Machine(int cores, String os, String jdk) {
        static Machine here() {
            return new Machine(
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                    System.getProperty("java.version"));
        }
    }

    /** The three scores of the trained encoder. */
    public Scores trained() {
        return new Scores(knn, knn20, linear);
    }
}
