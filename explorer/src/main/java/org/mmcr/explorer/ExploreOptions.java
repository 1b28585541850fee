package org.mmcr.explorer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.core.MmcrException;
import org.mmcr.explorer.filter.ColumnTable;
import org.mmcr.explorer.http.MachineNames;
import org.mmcr.explorer.http.PublicOrigin;
import org.mmcr.explorer.http.WebOptions;
import org.mmcr.train.run.RunDirectory;

/**
 * Options of an explorer: the runs, the data and the address to bind to.
 *
 * @param runs shown side by side; the first one's encoder computes the features unless another is given
 * @param encoder computes the features; empty for that of the first run
 * @param folder keeps map and labels
 * @param cache keeps features
 * @param data location of the pictures; empty for the data of the first run
 * @param host address to bind to
 * @param port 0 for any free port
 * @param threads number of threads that load pictures
 * @param publicOrigin address under which browsers reach the server through a proxy; empty without one
 * @param seed of samples, clusters and the order of random pictures
 * @param whiten whether neighbours are searched in whitened features
 * @param curation a {@code curation.csv} or its folder, to be reviewed; empty for that in the first run's folder
 * @param columns further fields of the pictures for the map's filter
 */
public record ExploreOptions(
        List<RunDirectory> runs,
        Optional<ExploreEncoder> encoder,
        Path folder,
        FeatureCache cache,
        Optional<String> data,
        String host,
        int port,
        Optional<PublicOrigin> publicOrigin,
        int threads,
        long seed,
        boolean whiten,
        Optional<Path> curation,
        Optional<ColumnTable> columns) {
    /** The default host, which only this machine can reach. */
    public static final String LOOPBACK = MachineNames.LOOPBACK;

    public ExploreOptions {
        runs = List.copyOf(runs);
        if (runs.isEmpty() && (encoder.isEmpty() || data.isEmpty())) {
            throw new MmcrException("expected at least one run to explore, or an encoder and pictures, found none");
        }
        WebOptions.requirePort(port);
    }

    /** Creates options with neighbours in whitened features, without a curation of their own and further fields. */
    public ExploreOptions(
            List<RunDirectory> runs,
            Optional<ExploreEncoder> encoder,
            Path folder,
            FeatureCache cache,
            Optional<String> data,
            String host,
            int port,
            Optional<PublicOrigin> publicOrigin,
            int threads,
            long seed) {
        this(
                runs,
                encoder,
                folder,
                cache,
                data,
                host,
                port,
                publicOrigin,
                threads,
                seed,
                true,
                Optional.empty(),
                Optional.empty());
    }

    /** Creates the options for runs; everything is kept in the first one's folder, features too. */
    public ExploreOptions(
            List<RunDirectory> runs,
            Optional<String> data,
            String host,
            int port,
            Optional<PublicOrigin> publicOrigin,
            int threads,
            long seed) {
        this(runs, runs.get(0).explore(), data, host, port, publicOrigin, threads, seed);
    }

    private ExploreOptions(
            List<RunDirectory> runs,
            Path folder,
            Optional<String> data,
            String host,
            int port,
            Optional<PublicOrigin> publicOrigin,
            int threads,
            long seed) {
        this(
                runs,
                Optional.empty(),
                folder,
                new FeatureCache(folder, FeatureCache.USUAL_BYTES),
                data,
                host,
                port,
                publicOrigin,
                threads,
                seed);
    }

    /** Returns a copy that keeps features in another cache. */
    public ExploreOptions withCache(FeatureCache other) {
        return new ExploreOptions(
                runs, encoder, folder, other, data, host, port, publicOrigin, threads, seed, whiten, curation, columns);
    }

    /** Returns a copy that searches neighbours in whitened features, or in the features as they are. */
    public ExploreOptions withWhitening(boolean other) {
        return new ExploreOptions(
                runs, encoder, folder, cache, data, host, port, publicOrigin, threads, seed, other, curation, columns);
    }

    /** Returns a copy that reviews a {@code curation.csv}, given by its path or by that of its folder. */
    public ExploreOptions withCuration(Optional<Path> other) {
        return new ExploreOptions(
                runs, encoder, folder, cache, data, host, port, publicOrigin, threads, seed, whiten, other, columns);
    }

    /** Returns a copy in which the map can be filtered by the columns of a table. */
    public ExploreOptions withColumns(Optional<ColumnTable> other) {
        return new ExploreOptions(
                runs, encoder, folder, cache, data, host, port, publicOrigin, threads, seed, whiten, curation, other);
    }

    /** Returns the options for one run on a free loopback port. */
    public static ExploreOptions of(Path run, String data) {
        return new ExploreOptions(
                List.of(RunDirectory.open(run)),
                Optional.of(data),
                LOOPBACK,
                0,
                Optional.empty(),
                Runtime.getRuntime().availableProcessors(),
                0);
    }
}
