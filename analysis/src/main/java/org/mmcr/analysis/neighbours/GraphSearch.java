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
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.evaluate.PrincipalAxes;
import org.mmcr.train.evaluate.RowNormalization;

/**
 * Walks a graph of rows that leads from any of them to those most like a query (Vamana: Subramanya, Devvrit, Kadekodi,
 * Krishnaswamy and Simhadri 2019, by JVector), and compares exactly what it finds. Approximate: now and then a
 * neighbour is missed.
 *
 * <p>The graph sees rows by their first {@value #WIDTH} principal directions, which costs an eighth of the memory and
 * time of 512 features; {@value #CANDIDATES} times as many rows as are wanted are fetched and ranked by their whole
 * features.
 */
public final class GraphSearch implements NeighbourSearch {
    private static final int WIDTH = 64;
    private static final int CANDIDATES = 4;
    private static final int FEWEST_CANDIDATES = 100;

    /** Neighbours of each row in the graph, rows considered for them, and how freely long edges are kept. */
    private static final int DEGREE = 16;

    private static final int BEAM = 60;
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    private static final VectorSimilarityFunction PRODUCT = VectorSimilarityFunction.DOT_PRODUCT;
    /** Held, or it would be collected and its level forgotten. */
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

    /** JVector warns of every start without the incubating vector module, of which the JDK itself would warn. */
    private static VectorTypeSupport vectors() {
        LIBRARY.setLevel(Level.SEVERE);
        return VectorizationProvider.getInstance().getVectorTypeSupport();
    }

    /**
     * Builds the graph. Which neighbours are missed depends on the timing of the threads, if there are several.
     *
     * @param features float32 (N, F), not modified, kept alive by the caller
     * @param threads that build
     * @param unwanted asked now and then; once it says yes the work ends with a {@link CancellationException}
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

    private float[] coordinates(float[] query) {
        try (PointerScope scope = new PointerScope()) {
            return axes.project(torch.tensor(query).unsqueeze(0))[0];
        }
    }
}
