package org.mmcr.analysis.curate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.data.BrokenPicture;
import org.mmcr.data.PictureSource;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.NearestRows;
import org.mmcr.train.evaluate.Whitening;

/**
 * Finds near duplicates, outliers, broken pictures and suspected label errors of a source. Memory for N pictures
 * compared with M others and F features: 8 (N + M) F bytes, as much again if there are equal pictures, and 2 kB and 8
 * bytes for each class per picture; with a subset 3 kB more.
 */
public final class Curator {
    /** Out-of-fold accuracy below which most suspicions are mistakes of the classifier. */
    private static final double POOR = 0.7;
    /** Neighbours of each picture, itself included. */
    private static final int NEIGHBOURS = 51;

    private final PictureSource data;
    private final Optional<PictureSource> against;
    private final Options options;
    private final List<String> notes = new ArrayList<>();

    /**
     * Settings.
     *
     * @param mirrored whether a mirror image is a duplicate
     * @param subset size of the diverse subset; 0 for none
     * @param seed of the folds
     * @param threads number of threads of the capacity of classes
     */
    public record Options(boolean mirrored, int subset, long seed, int threads) {
        public Options {
            if (subset < 0) {
                throw new MmcrException("expected a subset of at least 1 picture, found " + subset);
            }
        }
    }

    /**
     * Prepares a curation.
     *
     * @param against pictures whose copies in the data are duplicates too, such as test data
     */
    public Curator(PictureSource data, Optional<PictureSource> against, Options options) {
        this.data = data;
        this.against = against;
        this.options = options;
    }

    /**
     * Curates.
     *
     * @param features float32 (M + N, F), those of the other data first, not modified
     * @param labels a label for each picture of the data, empty for none
     * @param origin where the features come from, for the document
     * @param progress receives the stages; an exception of it stops the work
     */
    public Curation curate(Tensor features, List<String> labels, String origin, CapacityProgress progress) {
        long began = System.nanoTime();
        int from = against.map(PictureSource::size).orElse(0);
        if (features.size(0) != from + data.size() || labels.size() != data.size()) {
            throw new MmcrException("expected features and labels of " + from + " and " + data.size()
                    + " pictures, found " + features.size(0) + " rows and " + labels.size() + " labels");
        }
        List<PictureSketch> sketches = sketches(from, progress);
        int[] first = PictureSketch.firsts(sketches.subList(from, sketches.size()), 0, data.size());
        int[] firstOfBoth = IntStream.concat(
                        IntStream.of(PictureSketch.firsts(sketches, 0, from)),
                        IntStream.of(first).map(i -> from + i))
                .toArray();
        try (Tensor own = features.narrow(0, from, data.size())) {
            NearestRows[] ofBoth = nearest(features, firstOfBoth, from, progress);
            progress.at("comparing pictures", 1, sketches.size());
            Duplicates duplicates = Duplicates.of(sketches, from, ofBoth, options.mirrored());
            // Among many other pictures the nearest may all be others, so the data are searched alone too.
            NearestRows[] nearest = from == 0 ? ofBoth : nearest(own, first, 0, progress);
            double[] outliers = Outliers.of(nearest, first);
            Classes classes = Classes.of(labels);
            LabelIssues issues = LabelIssues.of(
                    own,
                    classes.labels(),
                    classes.names(),
                    nearest,
                    Arrays.copyOfRange(duplicates.group(), from, sketches.size()),
                    options.seed(),
                    fold -> progress.at("judging labels", fold, LabelIssues.FOLDS));
            progress.at("measuring what limits capacity", 1, 1);
            CapacityCosts costs =
                    CapacityCosts.of(own, classes.labels(), classes.names(), options.seed(), options.threads());
            costs.note().ifPresent(notes::add);
            List<CurationRow> rows = costs.marked(rows(sketches, from, duplicates, outliers, classes, issues));
            DiverseSubset subset = subset(nearest, rows);
            return new Curation(
                    data.location(),
                    against.map(PictureSource::location),
                    origin,
                    data.size(),
                    count(rows, CurationRow.BROKEN),
                    new Curation.Copies(duplicates.flagged(from), duplicates.exact(), duplicates.groups(), (int)
                            IntStream.range(from, sketches.size())
                                    .filter(i -> duplicates.original()[i] < from)
                                    .count()),
                    count(rows, CurationRow.OUTLIER),
                    labels(rows, classes, issues),
                    costs.classes(),
                    costs.pictures(rows),
                    options.subset() == 0 ? Optional.empty() : Optional.of(summary(subset)),
                    notes,
                    (System.nanoTime() - began) * 1e-9,
                    rows,
                    subset.order());
        }
    }

    /** The nearest rows in whitened features of each picture from an index on. */
    private NearestRows[] nearest(Tensor features, int[] first, int from, CapacityProgress progress) {
        try (Whitening whitening = Whitening.of(features);
                Tensor whitened = whitening.apply(features)) {
            return new PictureNeighbours(options.threads(), progress).of(whitened, first, from, NEIGHBOURS);
        }
    }

    /** Labels as indices. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Classes(List<String> names, int[] labels) {
        static Classes of(List<String> labels) {
            List<String> names = labels.stream()
                    .filter(label -> !label.isEmpty())
                    .distinct()
                    .sorted()
                    .toList();
            Map<String, Integer> indices = new LinkedHashMap<>();
            names.forEach(name -> indices.put(name, indices.size()));
            return new Classes(
                    names,
                    labels.stream()
                            .mapToInt(label -> indices.getOrDefault(label, FeatureSet.UNLABELLED))
                            .toArray());
        }

        String name(int picture) {
            return labels[picture] < 0 ? "" : names.get(labels[picture]);
        }
    }

    private List<PictureSketch> sketches(int from, CapacityProgress progress) {
        PictureSketch[] sketches = new PictureSketch[from + data.size()];
        AtomicInteger done = new AtomicInteger();
        IntStream.range(0, sketches.length).parallel().forEach(i -> {
            sketches[i] = PictureSketch.of(i < from ? against.orElseThrow().picture(i) : data.picture(i - from));
            int now = done.incrementAndGet();
            if (now % 1000 == 0 || now == sketches.length) {
                synchronized (done) {
                    progress.at("reading pictures", now, sketches.length);
                }
            }
        });
        return Arrays.asList(sketches);
    }

    private List<CurationRow> rows(
            List<PictureSketch> sketches,
            int from,
            Duplicates duplicates,
            double[] outliers,
            Classes classes,
            LabelIssues issues) {
        List<CurationRow> rows = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            int original = duplicates.original()[from + i];
            List<String> flags = new ArrayList<>();
            boolean copy = duplicates.group()[from + i] != from + i;
            add(flags, CurationRow.DUPLICATE, copy);
            add(flags, CurationRow.OUTLIER, outliers[i] >= Outliers.FLAGGED);
            add(flags, CurationRow.LABEL, issues.suspected()[i]);
            add(flags, CurationRow.BROKEN, sketches.get(from + i).uniform());
            rows.add(new CurationRow(
                    data.name(i),
                    classes.name(i),
                    flags,
                    copy ? name(original, from) : "",
                    copy ? original < from ? CurationRow.AGAINST : CurationRow.DATA : "",
                    duplicates.score()[from + i],
                    outliers[i],
                    issues.score()[i],
                    issues.suspected()[i] ? classes.names().get(issues.suggested()[i]) : "",
                    0));
        }
        for (BrokenPicture broken : data.broken()) {
            rows.add(new CurationRow(broken.name(), "", List.of(CurationRow.BROKEN), "", "", 0, 1, 0, "", 0));
        }
        return rows;
    }

    private static void add(List<String> flags, String flag, boolean given) {
        if (given) {
            flags.add(flag);
        }
    }

    private String name(int row, int from) {
        return row < from ? against.orElseThrow().name(row) : data.name(row - from);
    }

    private static int count(List<CurationRow> rows, String flag) {
        return (int) rows.stream().filter(row -> row.has(flag)).count();
    }

    private DiverseSubset subset(NearestRows[] nearest, List<CurationRow> rows) {
        if (options.subset() == 0) {
            return new DiverseSubset(List.of(), List.of());
        }
        boolean[] eligible = new boolean[nearest.length];
        for (int i = 0; i < eligible.length; i++) {
            CurationRow row = rows.get(i);
            eligible[i] = !row.has(CurationRow.DUPLICATE) && !row.has(CurationRow.BROKEN);
        }
        DiverseSubset subset = DiverseSubset.of(nearest, eligible, options.subset());
        if (subset.order().size() < options.subset()) {
            notes.add("the subset has " + subset.order().size() + " pictures, because no more are neither duplicate"
                    + " nor broken");
        }
        return subset;
    }

    private static Curation.Subset summary(DiverseSubset subset) {
        int size = subset.order().size();
        List<Curation.Coverage> coverage = IntStream.rangeClosed(1, 10)
                .map(tenth -> Math.max(1, tenth * size / 10))
                .filter(count -> count <= size)
                .distinct()
                .mapToObj(
                        count -> new Curation.Coverage(count, subset.coverage().get(count - 1)))
                .toList();
        return new Curation.Subset(size, coverage);
    }

    private Optional<Curation.Labels> labels(List<CurationRow> rows, Classes classes, LabelIssues issues) {
        int labelled = (int)
                Arrays.stream(classes.labels()).filter(label -> label >= 0).count();
        if (issues.judged() < labelled) {
            notes.add((labelled - issues.judged()) + " of " + labelled + " labels were not judged: a class needs "
                    + LabelIssues.FOLDS + " pictures, and there must be two such classes");
        }
        if (issues.judged() == 0) {
            return Optional.empty();
        }
        Map<List<String>, Integer> pairs = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.has(CurationRow.LABEL))
                .forEach(row -> pairs.merge(List.of(row.label(), row.suggestedLabel()), 1, Integer::sum));
        List<Curation.Overlap> overlaps = pairs.entrySet().stream()
                .map(pair ->
                        new Curation.Overlap(pair.getKey().get(0), pair.getKey().get(1), pair.getValue()))
                .sorted(Comparator.comparing(Curation.Overlap::pictures).reversed())
                .toList();
        double accuracy = (double) issues.agreeing() / issues.judged();
        if (accuracy < POOR) {
            notes.add(String.format(
                    Locale.ROOT,
                    "only %.0f %% of the labels are what a classifier on these features predicts: most suspected labels"
                            + " are its mistakes; give a better encoder, or look at the highest label_issue only",
                    100 * accuracy));
        }
        return Optional.of(new Curation.Labels(issues.judged(), count(rows, CurationRow.LABEL), accuracy, overlaps));
    }
}
