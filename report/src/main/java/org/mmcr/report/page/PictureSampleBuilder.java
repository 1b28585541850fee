package org.mmcr.report.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.projection.FeatureMap;
import org.mmcr.analysis.projection.Layout;
import org.mmcr.core.JitteredSample;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;
import org.mmcr.data.views.PictureAugmenter;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.NearestNeighbours;
import org.mmcr.train.evaluate.NearestRows;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.TrainedModel;

/**
 * Builds the {@link PictureSample} of a run. The same model, data and seed give the same sample. It takes seconds: it
 * computes the features of at most {@value #BANK} training and {@value #MAPPED} test samples, or of {@value #ALONE}
 * training samples alone, and their map.
 */
public final class PictureSampleBuilder {
    private static final int VIEW_ROWS = 8;
    private static final int MOST_VIEWS = 8;
    private static final int VIEW_SIDE = 64;
    private static final int QUERIES = 10;
    private static final int NEAREST = 8;
    private static final int NEAR_SIDE = 48;
    private static final int BANK = 10_000;
    private static final int MAPPED = 1500;
    /** Largest number of samples without test data. */
    public static final int ALONE = 1000;

    private static final int MAP_SIDE = 32;
    private static final int MAP_COLUMNS = 50;

    private final TrainedModel model;
    private final FeatureExtractor extractor;
    private final long seed;

    /**
     * @param model not copied; it must not be used elsewhere meanwhile
     * @param seed of the views and the map
     * @param threads that preprocess pictures
     */
    public PictureSampleBuilder(TrainedModel model, long seed, int threads) {
        this.model = model;
        this.seed = seed;
        this.extractor = new FeatureExtractor(
                model.features(), EvaluationOptions.defaults().batch(), threads);
    }

    /**
     * Builds it from samples at even distances in both sources, which are not empty and stay open.
     *
     * @param use receives the result and the features (N, F) of the samples in its map, which are freed afterwards
     */
    public PictureSample make(DataSource train, DataSource test, BiConsumer<PictureSample, Tensor> use) {
        int[] mapped = JitteredSample.of(test.size(), MAPPED);
        int[] banked = JitteredSample.of(train.size(), BANK);
        try (FeatureSet queries = features(test, mapped);
                FeatureSet bank = features(train, banked)) {
            Optional<PictureSample.Views> views =
                    train instanceof PictureSource pictures ? Optional.of(views(pictures)) : Optional.empty();
            PictureSample sample = new PictureSample(
                    PictureSample.TEST,
                    views,
                    neighbours(test, mapped, queries, train, banked, bank, false),
                    map(test, mapped, queries));
            use.accept(sample, queries.features());
            return sample;
        }
    }

    /**
     * Builds it from at most {@value #ALONE} training samples at even distances, with the neighbours of some of them
     * among the others.
     *
     * @param train at least two samples, stays open
     * @param progress receives the number of samples with features
     */
    public PictureSample ofTraining(DataSource train, ProgressListener progress) {
        int[] chosen = JitteredSample.of(train.size(), ALONE);
        try (FeatureSet features = extractor.extract(DataSources.subset(train, chosen), progress)) {
            Optional<PictureSample.Views> views =
                    train instanceof PictureSource pictures ? Optional.of(views(pictures)) : Optional.empty();
            return new PictureSample(
                    PictureSample.TRAINING,
                    views,
                    neighbours(train, chosen, features, train, chosen, features, true),
                    map(train, chosen, features));
        }
    }

    private FeatureSet features(DataSource data, int[] samples) {
        // A subset does not close its source.
        return extractor.extract(DataSources.subset(data, samples), ProgressListener.NONE);
    }

    private PictureSample.Views views(PictureSource data) {
        List<PictureViewRecipe> recipes = model.config().view().at(1).stream()
                .map(PictureViewRecipe.class::cast)
                .toList();
        int views = Math.min(MOST_VIEWS, model.config().views());
        PictureAugmenter augmenter = new PictureAugmenter();
        List<int[]> tiles = new ArrayList<>();
        List<PictureSample.Caption> captions = new ArrayList<>();
        for (int sample : JitteredSample.of(data.size(), VIEW_ROWS)) {
            captions.add(caption(data, sample));
            tiles.add(Thumbnails.of(data.picture(sample), VIEW_SIDE));
            for (int view = 0; view < views; view++) {
                PictureViewRecipe recipe = recipes.get(view % recipes.size());
                tiles.add(Thumbnails.ofView(augmenter, recipe, data.picture(sample), seed, sample, view, VIEW_SIDE));
            }
        }
        return new PictureSample.Views(SpriteSheet.of(tiles, VIEW_SIDE, views + 1), views, captions);
    }

    /** Neighbours of some mapped samples in the bank; {@code among} says that both are the same samples. */
    private static PictureSample.Neighbours neighbours(
            DataSource test,
            int[] mapped,
            FeatureSet queries,
            DataSource train,
            int[] banked,
            FeatureSet bank,
            boolean among) {
        int[] asked = IntStream.range(0, Math.min(QUERIES, mapped.length))
                .map(i -> (int) ((long) i * mapped.length / Math.min(QUERIES, mapped.length)))
                .toArray();
        int nearest = Math.min(NEAREST, among ? banked.length - 1 : banked.length);
        NearestRows[] found = nearest(queries, asked, bank, among ? nearest + 1 : nearest);
        List<int[]> tiles = new ArrayList<>();
        List<PictureSample.Neighbours.Row> rows = new ArrayList<>();
        for (int i = 0; i < asked.length; i++) {
            int sample = mapped[asked[i]];
            addTile(tiles, test, sample, NEAR_SIDE);
            List<PictureSample.Neighbours.Near> row = new ArrayList<>();
            for (int rank = 0; row.size() < nearest; rank++) {
                if (among && found[i].row(rank) == asked[i]) {
                    continue;
                }
                int near = banked[found[i].row(rank)];
                addTile(tiles, train, near, NEAR_SIDE);
                row.add(new PictureSample.Neighbours.Near(
                        caption(train, near), rounded(found[i].similarity(rank), 1e4)));
            }
            rows.add(new PictureSample.Neighbours.Row(caption(test, sample), row));
        }
        return new PictureSample.Neighbours(sheet(tiles, NEAR_SIDE, nearest + 1), banked.length, rows);
    }

    /** Rows of a table have no tile. */
    private static void addTile(List<int[]> tiles, DataSource data, int sample, int side) {
        if (data instanceof PictureSource pictures) {
            tiles.add(Thumbnails.of(pictures.picture(sample), side));
        }
    }

    private static Optional<SpriteSheet> sheet(List<int[]> tiles, int side, int columns) {
        return tiles.isEmpty() ? Optional.empty() : Optional.of(SpriteSheet.of(tiles, side, columns));
    }

    private static NearestRows[] nearest(FeatureSet queries, int[] asked, FeatureSet bank, int k) {
        try (PointerScope scope = new PointerScope()) {
            long[] rows = Arrays.stream(asked).asLongStream().toArray();
            return NearestNeighbours.of(bank.features(), queries.features().index_select(0, Tensor.create(rows)), k);
        }
    }

    private PictureSample.Places map(DataSource test, int[] mapped, FeatureSet queries) {
        List<int[]> tiles = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int sample : mapped) {
            addTile(tiles, test, sample, MAP_SIDE);
            names.add(test.name(sample));
            labels.add(test.label(sample).orElse(-1));
        }
        return new PictureSample.Places(
                sheet(tiles, MAP_SIDE, MAP_COLUMNS),
                test.size(),
                names,
                test.classNames(),
                labels,
                coordinates(FeatureMap.PCA.of(queries.features(), seed)),
                coordinates(FeatureMap.UMAP.of(queries.features(), seed)));
    }

    private static PictureSample.Coordinates coordinates(Layout layout) {
        return new PictureSample.Coordinates(coordinates(layout.x()), coordinates(layout.y()));
    }

    private static List<Double> coordinates(float[] values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> rounded(values[i], 1e4))
                .toList();
    }

    private static double rounded(double value, double scale) {
        return Math.round(scale * value) / scale;
    }

    private static PictureSample.Caption caption(DataSource data, int sample) {
        Optional<String> label = data.label(sample).stream()
                .mapToObj(index -> data.classNames().get(index))
                .findFirst();
        return new PictureSample.Caption(data.name(sample), label);
    }
}
