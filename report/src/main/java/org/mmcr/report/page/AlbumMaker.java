package org.mmcr.report.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.projection.FeatureMap;
import org.mmcr.analysis.projection.Layout;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.ViewMaker;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.ViewEmbeddings;

/**
 * Makes a run's {@link Album} from its data. The same model, data and seed give the same album. Takes seconds: the features of
 * at most {@value #BANK} training and {@value #MAPPED} test datums, and their map.
 */
public final class AlbumMaker {
    private static final int VIEW_ROWS = 8;
    private static final int MOST_VIEWS = 8;
    private static final int VIEW_SIDE = 64;
    private static final int QUERIES = 10;
    private static final int NEAREST = 8;
    private static final int NEAR_SIDE = 48;
    private static final int BANK = 10_000;
    private static final int MAPPED = 1500;
    private static final int MAP_SIDE = 32;
    private static final int MAP_COLUMNS = 50;

    private final TrainedModel model;
    private final FeatureExtractor extractor;
    private final long seed;

    /**
     * @param model not copied; nothing else may use it meanwhile
     * @param seed of the views and the map
     * @param threads that prepare pictures
     */
    public AlbumMaker(TrainedModel model, long seed, int threads) {
        this.model = model;
        this.seed = seed;
        this.extractor = new FeatureExtractor(
                model.model().encoder(),
                model.view(),
                model.config().precision(),
                EvaluationOptions.defaults().batch(),
                threads);
    }

    /**
     * Of datums spread evenly over both sources, which are not empty and stay open.
     *
     * @param use hears of the album, and of the features (N, F) of the datums in its map, which are freed afterwards
     */
    public Album make(DataSource train, DataSource test, BiConsumer<Album, Tensor> use) {
        int[] mapped = ViewEmbeddings.spread(test, MAPPED);
        int[] banked = ViewEmbeddings.spread(train, BANK);
        try (FeatureSet queries = features(test, mapped);
                FeatureSet bank = features(train, banked)) {
            Optional<Album.Views> views =
                    train instanceof PictureSource pictures ? Optional.of(views(pictures)) : Optional.empty();
            Album album = new Album(
                    views, neighbours(test, mapped, queries, train, banked, bank), map(test, mapped, queries));
            use.accept(album, queries.features());
            return album;
        }
    }

    private FeatureSet features(DataSource data, int[] datums) {
        // A subset borrows its source, which stays the caller's to close.
        return extractor.extract(DataSources.subset(data, datums), ProgressListener.NONE);
    }

    private Album.Views views(PictureSource data) {
        List<PictureViewRecipe> recipes = model.config().view().at(1).stream()
                .map(PictureViewRecipe.class::cast)
                .toList();
        int views = Math.min(MOST_VIEWS, model.config().views());
        ViewMaker maker = new ViewMaker();
        List<int[]> tiles = new ArrayList<>();
        List<Album.Caption> captions = new ArrayList<>();
        for (int datum : ViewEmbeddings.spread(data, VIEW_ROWS)) {
            captions.add(caption(data, datum));
            tiles.add(Tiles.of(data.picture(datum), VIEW_SIDE));
            for (int view = 0; view < views; view++) {
                PictureViewRecipe recipe = recipes.get(view % recipes.size());
                tiles.add(Tiles.ofView(maker, recipe, data.picture(datum), seed, datum, view, VIEW_SIDE));
            }
        }
        return new Album.Views(Sheet.of(tiles, VIEW_SIDE, views + 1), views, captions);
    }

    private static Album.Neighbours neighbours(
            DataSource test, int[] mapped, FeatureSet queries, DataSource train, int[] banked, FeatureSet bank) {
        int[] asked = IntStream.range(0, Math.min(QUERIES, mapped.length))
                .map(i -> (int) ((long) i * mapped.length / Math.min(QUERIES, mapped.length)))
                .toArray();
        int nearest = Math.min(NEAREST, banked.length);
        Found found = nearest(queries, asked, bank, nearest);
        List<int[]> tiles = new ArrayList<>();
        List<Album.Neighbours.Row> rows = new ArrayList<>();
        for (int i = 0; i < asked.length; i++) {
            int datum = mapped[asked[i]];
            addTile(tiles, test, datum, NEAR_SIDE);
            List<Album.Neighbours.Near> row = new ArrayList<>();
            for (int rank = 0; rank < nearest; rank++) {
                int near = banked[(int) found.rows()[i * nearest + rank]];
                addTile(tiles, train, near, NEAR_SIDE);
                row.add(new Album.Neighbours.Near(
                        caption(train, near), rounded(found.similarities()[i * nearest + rank], 1e4)));
            }
            rows.add(new Album.Neighbours.Row(caption(test, datum), row));
        }
        return new Album.Neighbours(sheet(tiles, NEAR_SIDE, nearest + 1), banked.length, rows);
    }

    /** Rows of a table cannot be seen. */
    private static void addTile(List<int[]> tiles, DataSource data, int datum, int side) {
        if (data instanceof PictureSource pictures) {
            tiles.add(Tiles.of(pictures.picture(datum), side));
        }
    }

    private static Optional<Sheet> sheet(List<int[]> tiles, int side, int columns) {
        return tiles.isEmpty() ? Optional.empty() : Optional.of(Sheet.of(tiles, side, columns));
    }

    /** Similarities and rows in the bank, (asked, k), nearest first. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Found(float[] similarities, long[] rows) {}

    private static Found nearest(FeatureSet queries, int[] asked, FeatureSet bank, int k) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            long[] rows = Arrays.stream(asked).asLongStream().toArray();
            Tensor cosines = unit(queries.features().index_select(0, Tensor.create(rows)))
                    .mm(unit(bank.features()).t());
            T_TensorTensor_T best = cosines.topk(k);
            float[] similarities = new float[asked.length * k];
            best.get0().contiguous().data_ptr_float().get(similarities);
            long[] found = new long[asked.length * k];
            best.get1().contiguous().data_ptr_long().get(found);
            return new Found(similarities, found);
        }
    }

    private static Tensor unit(Tensor rows) {
        Tensor lengths = rows.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true);
        return rows.div(lengths.clamp_min(new Scalar(Float.MIN_NORMAL)));
    }

    private Album.Places map(DataSource test, int[] mapped, FeatureSet queries) {
        List<int[]> tiles = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int datum : mapped) {
            addTile(tiles, test, datum, MAP_SIDE);
            names.add(test.name(datum));
            labels.add(test.label(datum).orElse(-1));
        }
        return new Album.Places(
                sheet(tiles, MAP_SIDE, MAP_COLUMNS),
                test.size(),
                names,
                test.classNames(),
                labels,
                coordinates(FeatureMap.PCA.of(queries.features(), seed)),
                coordinates(FeatureMap.UMAP.of(queries.features(), seed)));
    }

    private static Album.Coordinates coordinates(Layout layout) {
        return new Album.Coordinates(coordinates(layout.x()), coordinates(layout.y()));
    }

    private static List<Double> coordinates(float[] values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> rounded(values[i], 1e4))
                .toList();
    }

    private static double rounded(double value, double scale) {
        return Math.round(scale * value) / scale;
    }

    private static Album.Caption caption(DataSource data, int datum) {
        Optional<String> label = data.label(datum).stream()
                .mapToObj(index -> data.classNames().get(index))
                .findFirst();
        return new Album.Caption(data.name(datum), label);
    }
}
