package org.mmcr.analysis.curate;

import java.util.List;
import java.util.stream.IntStream;
import org.mmcr.train.evaluate.NearestRows;

/**
 * Groups of equal and nearly equal pictures. Candidates are a picture's nearest rows in whitened features; the score of
 * a candidate is the correlation of the aligned details of the two pictures. Pictures of one content are in one group
 * whatever their features are.
 *
 * @param group for each picture the first one of its group; itself for the first one, or if it is in none
 * @param original the first picture of equal content, or else that of the group
 * @param score for each picture the score of its best candidate, 0 to 1; 1 for equal content
 * @param exact number of pictures whose content occurs before
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Duplicates(int[] group, int[] original, double[] score, int exact) {
    /** Score from which two pictures are near duplicates. */
    static final double NEAR = 0.82;

    /** Largest score of pictures whose content differs. */
    private static final double BELOW_EQUAL = 0.999;

    private static final int CANDIDATES = 5;
    /** Cosine below which a candidate is not compared. */
    private static final double UNLIKE = 0.3;

    /**
     * Finds the groups.
     *
     * @param sketches of all pictures: first those of the other data, whose pictures become the originals
     * @param from index of the first picture that was searched for
     * @param nearest rows of each searched picture among all, itself included
     * @param mirrored whether a mirror image is a duplicate
     */
    static Duplicates of(List<PictureSketch> sketches, int from, NearestRows[] nearest, boolean mirrored) {
        int[] parent = IntStream.range(0, sketches.size()).toArray();
        double[] score = new double[sketches.size()];
        int exact = joinEqual(sketches, parent, score, from);
        int[] equal = parent.clone();
        List<List<Match>> matches = IntStream.range(0, nearest.length)
                .parallel()
                .mapToObj(i -> from + i)
                // Of pictures of equal content the first is compared.
                .map(picture -> equal[picture] >= from && equal[picture] != picture
                        ? List.<Match>of()
                        : matches(sketches, picture, nearest[picture - from], mirrored))
                .toList();
        for (int i = 0; i < nearest.length; i++) {
            int picture = from + i;
            for (Match match : matches.get(i)) {
                score[picture] = Math.max(score[picture], match.score());
                score[match.row()] = Math.max(score[match.row()], match.score());
                if (match.score() >= NEAR) {
                    join(parent, picture, match.row());
                }
            }
        }
        int[] group =
                IntStream.range(0, parent.length).map(i -> root(parent, i)).toArray();
        int[] original = IntStream.range(0, parent.length)
                .map(i -> equal[i] != i ? equal[i] : group[i])
                .toArray();
        return new Duplicates(group, original, score, exact);
    }

    /** A candidate with its score. */
    private record Match(int row, double score) {}

    /** Compares a picture with its candidates. */
    private static List<Match> matches(
            List<PictureSketch> sketches, int picture, NearestRows nearest, boolean mirrored) {
        PictureSketch one = sketches.get(picture);
        return IntStream.range(0, Math.min(CANDIDATES + 1, nearest.size()))
                .filter(rank -> nearest.row(rank) != picture && nearest.similarity(rank) > UNLIKE)
                .mapToObj(rank -> {
                    PictureSketch other = sketches.get(nearest.row(rank));
                    return new Match(
                            nearest.row(rank),
                            one.sameContent(other) ? 1 : Math.min(BELOW_EQUAL, one.likeness(other, mirrored)));
                })
                .toList();
    }

    private static int joinEqual(List<PictureSketch> sketches, int[] parent, double[] score, int from) {
        int[] first = PictureSketch.firsts(sketches, 0, parent.length);
        int exact = 0;
        for (int i = 0; i < parent.length; i++) {
            if (first[i] != i) {
                parent[i] = first[i];
                score[i] = 1;
                score[first[i]] = 1;
                exact += i >= from ? 1 : 0;
            }
        }
        return exact;
    }

    /** The smaller root becomes the common one, so that it is the first picture of the group. */
    private static void join(int[] parent, int a, int b) {
        int first = root(parent, a);
        int second = root(parent, b);
        parent[Math.max(first, second)] = Math.min(first, second);
    }

    private static int root(int[] parent, int i) {
        int at = i;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    /** Returns the number of groups of more than one picture. */
    int groups() {
        return (int) IntStream.range(0, group.length)
                .filter(i -> group[i] != i)
                .map(i -> group[i])
                .distinct()
                .count();
    }

    /** Returns the number of pictures from an index on that are not the first of their group. */
    int flagged(int from) {
        return (int)
                IntStream.range(from, group.length).filter(i -> group[i] != i).count();
    }
}
