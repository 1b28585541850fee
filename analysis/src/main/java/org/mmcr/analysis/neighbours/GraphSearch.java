package org.mmcr.analysis.neighbours;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.evaluate.NearestRows;
import org.mmcr.train.evaluate.PrincipalAxes;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.evaluate.RowNormalization;

/**
 * An approximate search through a graph index (Vamana: Subramanya, Devvrit, Kadekodi, Krishnaswamy and Simhadri 2019,
 * by JVector). The rows that the graph finds are ranked by their exact cosines. It occasionally misses a neighbour.
 *
 * <p>The graph holds the rows' first {@value #WIDTH} principal components, which takes an eighth of the memory and time
 * of 512 features. It returns {@value #CANDIDATES} times as many candidates as requested, which are then ranked by
 * their whole features.
 */
public final class GraphSearch implements NeighbourSearch {
    private static final int WIDTH = 64;
    private static final int CANDIDATES = 4;
    private static final int FEWEST_CANDIDATES = 100;

    /** Vamana's parameters: neighbours per row, rows considered for them, and slack for long edges. */
    private static final int DEGREE = 16;

    private static final int BEAM = 60;
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    /** Queries between two calls of a progress listener. */
    private static final int QUERIES = 1024;

    private static final VectorSimilarityFunction PRODUCT = VectorSimilarityFunction.DOT_PRODUCT;
    /** A strong reference; without it the logger is collected and its level lost. */
    private static final Logger LIBRARY = Logger.getLogger("io.github.jbellis.jvector");

    private static final VectorTypeSupport VECTORS = vectors();

    private final ExactSearch exact;
    private final PrincipalAxes axes;
    private final RandomAccessVectorValues rows;
    private final ImmutableGraphIndex graph;

    private GraphSearch(
            ExactSearch exact, PrincipalAxes axes, RandomAccessVectorValues rows, ImmutableGraphIndex graph) {
        this.exact = exact;
        this.axes = axes;
        this.rows = rows;
        this.graph = graph;
    }

    /** JVector warns at each start without the incubating vector module, and with it the JDK warns. */
    private static VectorTypeSupport vectors() {
        LIBRARY.setLevel(Level.SEVERE);
        return VectorizationProvider.getInstance().getVectorTypeSupport();
    }

    /**
     * Builds the graph. With several threads, the neighbours that are missed depend on their timing.
     *
     * @param features float32 (N, F), not modified, kept alive by the caller
     * @param threads that build the graph
     * @param unwanted polled during the work; when it returns true, a {@link CancellationException} is thrown
     */
    public static GraphSearch build(Tensor features, int threads, BooleanSupplier unwanted) {
        int width = Math.toIntExact(Math.min(WIDTH, features.size(1)));
        PrincipalAxes axes = PrincipalAxes.of(features, width, false, RowNormalization::of);
        List<VectorFloat<?>> vectors = new ArrayList<>();
        for (float[] row : axes.project(features)) {
            vectors.add(VECTORS.createFloatVector(row));
        }
        RandomAccessVectorValues rows =
                new ListRandomAccessVectorValues(vectors, vectors.get(0).length());
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            return new GraphSearch(new ExactSearch(features), axes, rows, graph(rows, pool, unwanted));
        } finally {
            pool.shutdown();
        }
    }

    private static ImmutableGraphIndex graph(
            RandomAccessVectorValues rows, ForkJoinPool pool, BooleanSupplier unwanted) {
        BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(rows, PRODUCT);
        try (GraphIndexBuilder builder = GraphIndexBuilder.builder(scores, rows.dimension(), DEGREE)
                .withBeamWidth(BEAM)
                .withNeighborOverflow(OVERFLOW)
                .withAlpha(ALPHA)
                .withSimdExecutor(pool)
                .withParallelExecutor(pool)
                .build()) {
            pool.submit(() -> IntStream.range(0, rows.size()).parallel().forEach(row -> {
                        if (unwanted.getAsBoolean()) {
                            throw new CancellationException();
                        }
                        builder.addGraphNode(row, rows.getVector(row));
                    }))
                    .join();
            builder.cleanup();
            return builder.getGraph();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Neighbour> of(float[] query, int count) {
        VectorFloat<?> asked = VECTORS.createFloatVector(coordinates(query));
        int candidates = Math.max(FEWEST_CANDIDATES, CANDIDATES * count);
        long[] found = Arrays.stream(GraphSearcher.search(asked, candidates, rows, PRODUCT, graph, Bits.ALL)
                        .getNodes())
                .mapToLong(node -> node.node)
                .toArray();
        return exact.among(found, query, count);
    }

    /**
     * Returns the {@code count} nearest rows of each query, on {@code threads} threads.
     *
     * @param queries float32 (Q, F), contiguous, not modified
     * @param progress receives the number of finished queries
     */
    public NearestRows[] of(Tensor queries, int count, int threads, ProgressListener progress) {
        int width = Math.toIntExact(queries.size(1));
        NearestRows[] nearest = new NearestRows[Math.toIntExact(queries.size(0))];
        ForkJoinPool pool = new ForkJoinPool(threads);
        try (FloatPointer values = queries.data_ptr_float()) {
            for (int first = 0; first < nearest.length; first += QUERIES) {
                int start = first;
                float[] block = new float[Math.min(QUERIES, nearest.length - first) * width];
                values.position((long) first * width).get(block);
                pool.submit(() -> IntStream.range(0, block.length / width)
                                .parallel()
                                .forEach(i -> nearest[start + i] =
                                        rows(of(Arrays.copyOfRange(block, i * width, (i + 1) * width), count))))
                        .join();
                progress.done(Math.min(nearest.length, first + QUERIES));
            }
            return nearest;
        } finally {
            pool.shutdown();
        }
    }

    private static NearestRows rows(List<Neighbour> found) {
        float[] similarities = new float[found.size()];
        for (int i = 0; i < similarities.length; i++) {
            similarities[i] = (float) found.get(i).likeness();
        }
        return NearestRows.of(found.stream().mapToInt(Neighbour::row).toArray(), similarities);
    }

    private float[] coordinates(float[] query) {
        try (PointerScope scope = new PointerScope()) {
            return axes.project(torch.tensor(query).unsqueeze(0))[0];
        }
    }
}
