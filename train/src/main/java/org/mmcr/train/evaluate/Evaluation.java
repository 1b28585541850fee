package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mmcr.data.DataSource;

/**
 * The scores of an encoder's features and of two baselines: the same network before training, and the raw input.
 * Serialises with Jackson and its module for Optional.
 *
 * @param subjects what is measured, the trained encoder or given features, then the baselines
 * @param train the labelled data that protocols are fitted to
 * @param test the labelled data that is classified
 * @param precision precision of the encoder, {@code fp32} or {@code bf16}
 * @param machine cores and software of the evaluation
 * @param notes notes for the reader
 * @param seconds wall time of the whole evaluation
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Evaluation(
        List<Subject> subjects,
        Data train,
        Data test,
        String precision,
        Machine machine,
        List<String> notes,
        double seconds) {
    /** Name of the trained encoder. */
    public static final String TRAINED = "trained";
    /** Name of the same network with its starting weights. */
    public static final String UNTRAINED = "untrained";
    /** Name of the normalised pixels of the evaluation view. */
    public static final String PIXELS = "pixels";
    /** Name of the standardised columns of a table. */
    public static final String COLUMNS = "columns";
    /** Name of features that were given as a table. */
    public static final String FEATURES = "features";

    public Evaluation {
        subjects = List.copyOf(subjects);
        notes = List.copyOf(notes);
    }

    /**
     * One representation.
     *
     * @param name {@value #TRAINED}, {@value #UNTRAINED}, {@value #PIXELS}, {@value #COLUMNS} or {@value #FEATURES}
     * @param title readable name, such as {@code trained encoder}
     * @param features number of values per sample
     * @param protocols all results, in the same order for every subject
     */
    public record Subject(String name, String title, int features, List<ProtocolResult> protocols) {
        public Subject {
            protocols = List.copyOf(protocols);
        }

        /** The score of the protocol with this name. */
        public Score score(String protocol) {
            return protocols.stream()
                    .filter(result -> result.name().equals(protocol))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no protocol " + protocol))
                    .score();
        }
    }

    /**
     * A data source as it was used.
     *
     * @param location as the user gave it
     * @param fingerprint of the source
     * @param kind {@code pictures} or {@code rows}
     * @param pictures number of pictures, or rows of a table
     * @param broken number of pictures that could not be decoded and were skipped
     */
    public record Data(String location, String fingerprint, String kind, int pictures, int broken) {
        /** Returns the facts of a source. */
        public static Data of(DataSource data) {
            return new Data(
                    data.location(),
                    data.fingerprint(),
                    data.plural(),
                    data.size(),
                    data.broken().size());
        }
    }

    /** The machine of the evaluation. */
    public record Machine(int cores, String os, String jdk) {
        /** Returns this machine. */
        public static Machine here() {
            return new Machine(
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                    System.getProperty("java.version"));
        }
    }

    /** The subject with this name, if it was measured. */
    public Optional<Subject> subject(String name) {
        return subjects.stream().filter(subject -> subject.name().equals(name)).findFirst();
    }

    /** What is measured: the trained encoder, or the given features. */
    public Subject measured() {
        return subjects.get(0);
    }

    /** The notes of the evaluation and of the measured subject's scores, each once. */
    public Set<String> allNotes() {
        Set<String> all = new LinkedHashSet<>(notes);
        measured().protocols().forEach(result -> all.addAll(result.score().notes()));
        return all;
    }
}
