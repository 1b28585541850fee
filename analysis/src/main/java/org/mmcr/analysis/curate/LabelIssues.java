package org.mmcr.analysis.curate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearProbe;
import org.mmcr.train.evaluate.NearestRows;

/**
 * Suspected label errors by confident learning (Northcutt, Jiang and Chuang 2021). The probability of a class is the
 * normalised geometric mean of two: that of a linear probe fitted to the other folds, and the share of the votes of the
 * nearest pictures plus {@value #PRIOR}. Votes are weighted by exp(cosine / 0.1); the picture's own duplicates have
 * none. A class's threshold is the mean probability of the pictures labelled so. A picture is suspect if its score is
 * at least {@value #SUSPECT} and if, of the classes whose threshold its probability reaches, another than its label is
 * the most probable.
 *
 * @param suspected for each picture
 * @param score for each picture p(best other class) / (p(best other class) + p(label)); 0 where it is not judged
 * @param suggested for each picture the most probable other class, of a suspect one of those whose threshold its
 *     probability reaches, or -1 where it is not judged
 * @param judged number of pictures that were judged
 * @param agreeing number of those whose label is the most probable class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LabelIssues(boolean[] suspected, double[] score, int[] suggested, int judged, int agreeing) {
    static final int NONE = -1;
    /** Pictures of a class that are needed for the class to be judged: one for each fold. */
    static final int FOLDS = 5;

    private static final double TEMPERATURE = 0.1;
    /** Voters are half the median class size, at most this and at least {@value #FEWEST_VOTERS}. */
    private static final int MOST_VOTERS = 50;

    private static final int FEWEST_VOTERS = 10;
    private static final double PRIOR = 0.05;
    /** Score at which another class is nearly six times as probable as the label. */
    private static final double SUSPECT = 0.85;

    /**
     * Judges labels.
     *
     * @param features float32 (N, F), not modified
     * @param labels class of each picture, or {@link FeatureSet#UNLABELLED}
     * @param nearest pictures of each picture
     * @param group of {@link Duplicates} for each picture
     * @param progress receives the number of each fold, from 1, before its fit
     */
    static LabelIssues of(
            Tensor features,
            int[] labels,
            List<String> classes,
            NearestRows[] nearest,
            int[] group,
            long seed,
            IntConsumer progress) {
        int[] counts = new int[classes.size()];
        Arrays.stream(labels).filter(label -> label >= 0).forEach(label -> counts[label]++);
        int[] judged = IntStream.range(0, labels.length)
                .filter(i -> labels[i] >= 0 && counts[labels[i]] >= FOLDS)
                .toArray();
        int[] none = new int[labels.length];
        Arrays.fill(none, NONE);
        if (Arrays.stream(judged).map(i -> labels[i]).distinct().count() < 2) {
            return new LabelIssues(new boolean[labels.length], new double[labels.length], none, 0, 0);
        }
        double[][] probabilities = probe(features, labels, classes, judged, seed, progress);
        int voters = voters(counts);
        for (int i : judged) {
            double[] votes = votes(i, labels, nearest[i], group, classes.size(), voters);
            double sum = 0;
            for (int c = 0; c < votes.length; c++) {
                probabilities[i][c] = Math.sqrt(probabilities[i][c] * (votes[c] + PRIOR));
                sum += probabilities[i][c];
            }
            for (int c = 0; c < votes.length; c++) {
                probabilities[i][c] /= sum;
            }
        }
        int agreeing = (int) IntStream.of(judged)
                .filter(i -> Arrays.stream(probabilities[i]).max().orElse(0) == probabilities[i][labels[i]])
                .count();
        LabelIssues issues =
                new LabelIssues(new boolean[labels.length], new double[labels.length], none, judged.length, agreeing);
        issues.judge(labels, judged, probabilities, classes.size());
        return issues;
    }

    /** Probabilities of a probe that has not seen the picture. */
    private static double[][] probe(
            Tensor features, int[] labels, List<String> classes, int[] judged, long seed, IntConsumer progress) {
        int[] folds = folds(labels, judged, seed);
        double[][] probabilities = new double[labels.length][classes.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            int number = fold;
            progress.accept(fold + 1);
            int[] held = IntStream.of(judged).filter(i -> folds[i] == number).toArray();
            int[] rest = IntStream.of(judged).filter(i -> folds[i] != number).toArray();
            try (Tensor restRows = rows(features, rest);
                    Tensor heldRows = rows(features, held)) {
                int[] known = IntStream.of(rest).map(i -> labels[i]).toArray();
                try (FeatureSet train = new FeatureSet(restRows, known, classes)) {
                    double[][] found = new LinearProbe().fit(train).probabilities(heldRows, classes.size());
                    for (int i = 0; i < held.length; i++) {
                        probabilities[held[i]] = found[i];
                    }
                }
            }
        }
        return probabilities;
    }

    private static Tensor rows(Tensor features, int[] chosen) {
        Tensor rows = torch.empty(chosen.length, features.size(1));
        try (PointerScope scope = new PointerScope()) {
            rows.copy_(features.index_select(
                    0, torch.tensor(Arrays.stream(chosen).asLongStream().toArray())));
        }
        return rows;
    }

    /** A fold for each picture, in equal numbers of every class. */
    private static int[] folds(int[] labels, int[] judged, long seed) {
        List<Integer> order = new ArrayList<>(IntStream.of(judged).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        int[] seen = new int[Arrays.stream(labels).max().orElse(0) + 1];
        int[] folds = new int[labels.length];
        for (int i : order) {
            folds[i] = seen[labels[i]]++ % FOLDS;
        }
        return folds;
    }

    /** Returns the number of voters for classes of these sizes. */
    static int voters(int[] counts) {
        int[] sizes = Arrays.stream(counts).filter(count -> count > 0).sorted().toArray();
        return Math.min(MOST_VOTERS, Math.max(FEWEST_VOTERS, sizes[sizes.length / 2] / 2));
    }

    private static double[] votes(int picture, int[] labels, NearestRows nearest, int[] group, int classes, int most) {
        double[] votes = new double[classes];
        double sum = 0;
        int voters = 0;
        for (int rank = 0; rank < nearest.size() && voters < most; rank++) {
            int row = nearest.row(rank);
            if (labels[row] < 0 || group[row] == group[picture]) {
                continue;
            }
            double weight = Math.exp((nearest.similarity(rank) - 1) / TEMPERATURE);
            votes[labels[row]] += weight;
            sum += weight;
            voters++;
        }
        for (int c = 0; c < classes; c++) {
            votes[c] = sum > 0 ? votes[c] / sum : 1.0 / classes;
        }
        return votes;
    }

    private void judge(int[] labels, int[] judged, double[][] probabilities, int classes) {
        double[] threshold = new double[classes];
        int[] counts = new int[classes];
        for (int i : judged) {
            threshold[labels[i]] += probabilities[i][labels[i]];
            counts[labels[i]]++;
        }
        for (int c = 0; c < classes; c++) {
            threshold[c] = counts[c] > 0 ? threshold[c] / counts[c] : Double.POSITIVE_INFINITY;
        }
        for (int i : judged) {
            double[] p = probabilities[i];
            int confident = NONE;
            int other = NONE;
            for (int c = 0; c < classes; c++) {
                if (p[c] >= threshold[c] && (confident < 0 || p[c] > p[confident])) {
                    confident = c;
                }
                if (c != labels[i] && (other < 0 || p[c] > p[other])) {
                    other = c;
                }
            }
            score[i] = p[other] / (p[other] + p[labels[i]]);
            suspected[i] = confident >= 0 && confident != labels[i] && score[i] >= SUSPECT;
            suggested[i] = suspected[i] ? confident : other;
        }
    }
}
