package org.mmcr.explorer.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.mmcr.analysis.embed.EmbeddingExport;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.analysis.embed.Provenance;
import org.mmcr.analysis.export.FileFingerprint;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.explorer.ExploredRun;
import org.mmcr.explorer.http.MachineNames;
import org.mmcr.explorer.http.WebOptions;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/** A server of a small run with its labels and an index, for all tests of a class. */
final class ServedRun implements BeforeAllCallback, AfterAllCallback {
    private Optional<Path> folder = Optional.empty();
    private Optional<ExploredRun> run = Optional.empty();
    private Optional<TrainedModel> model = Optional.empty();
    private Optional<PictureSource> data = Optional.empty();
    private Optional<PictureServer> server = Optional.empty();
    private float[] embedded = {};

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        folder = Optional.of(Files.createTempDirectory("served"));
        run = folder.map(ExploredRun::in);
        model = Optional.of(TrainedModel.load(RunDirectory.open(run().run())));
        data = Optional.of(DataSources.pictures(run().pictures().toString(), DataOptions.defaults()));
        embed("x.npy");
        embed("x.parquet");
        embedded = NpyFiles.readFloats(file("x.npy")).values();
        Files.createDirectories(explore());
        server = Optional.of(start(
                ServeLimits.usual(),
                () -> new ServedModel(
                        model().features(),
                        "a run",
                        Optional.of(LabelSource.open(
                                explore(),
                                run().pictures().toString(),
                                model().features(),
                                FileFingerprint.of(model()),
                                new FeatureCache(file("cache"), 1 << 20),
                                1,
                                ProgressListener.NONE)),
                        Optional.of(PictureIndex.read(
                                file("x.parquet"), model().features().width(), 1)))));
    }

    /** Embeds as the command does. */
    private void embed(String name) {
        FeatureExtractor extractor = new FeatureExtractor(
                model().features(), EvaluationOptions.defaults().batch(), 2);
        Provenance provenance =
                new Provenance("run", List.of(), data().size(), extractor.width(), List.of("view"), "fp32", "test");
        new EmbeddingExport(file(name), data(), provenance).run(extractor, ProgressListener.NONE);
    }

    /** Starts a server on a free port of this machine. */
    static PictureServer start(ServeLimits limits, Supplier<ServedModel> model) {
        WebOptions web = new WebOptions(
                "serve",
                MachineNames.LOOPBACK,
                0,
                Optional.empty(),
                Optional.empty(),
                Set.of(PictureServer.HEALTH),
                limits.bodyBytes());
        return PictureServer.start(web, limits, 2, model);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        server.ifPresent(PictureServer::close);
        data.ifPresent(PictureSource::close);
        if (folder.isPresent()) {
            AtomicFiles.deleteTree(folder.get());
        }
    }

    ExploredRun run() {
        return run.orElseThrow();
    }

    TrainedModel model() {
        return model.orElseThrow();
    }

    PictureSource data() {
        return data.orElseThrow();
    }

    ServeClient client() {
        return new ServeClient(server.orElseThrow());
    }

    /** The folder of the labels. */
    Path explore() {
        return run().run().resolve("explore");
    }

    Path file(String name) {
        return folder.orElseThrow().resolve(name);
    }

    /** The content of a picture's file. */
    byte[] picture(int index) throws IOException {
        return Files.readAllBytes(run().pictures().resolve(data().name(index)));
    }

    /** The features that embed wrote for a picture. */
    float[] embedded(int index) {
        int width = model().features().width();
        return Arrays.copyOfRange(embedded, index * width, (index + 1) * width);
    }
}
