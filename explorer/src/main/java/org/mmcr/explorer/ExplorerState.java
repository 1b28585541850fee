package org.mmcr.explorer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.FloatPointer;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.analysis.neighbours.ExactSearch;
import org.mmcr.analysis.neighbours.GraphSearch;
import org.mmcr.analysis.neighbours.NeighbourSearch;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.labelling.AccuracyHistory;
import org.mmcr.explorer.labelling.LabelStore;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.TrainedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the explorer knows of the pictures, made ready in the background: first the data, then features, then the map and
 * the labels. Only one thread touches the encoder.
 */
final class ExplorerState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExplorerState.class);

    /** Pictures up to which every one is compared with a query. */
    private static final int MOST_EXACT = 50_000;

    /** How far the pictures are. */
    enum Stage {
        OPENING,
        FEATURES,
        MAP,
        READY,
        FAILED
    }

    /**
     * Where the work stands.
     *
     * @param location of the data, as far as it is known
     * @param done pictures of this stage
     * @param total of them, 0 while it is unknown
     * @param message what went wrong and what to do, when it failed
     */
    record Progress(Stage stage, String location, int done, int total, Optional<String> message) {}

    /** Everything that needs the features. */
    record Ready(TrainedModel model, FeatureStore gallery, MapLayout map, NeighbourSearch nearest, LabelSession desk) {
        Ready with(MapLayout other) {
            return new Ready(model, gallery, other, nearest, desk);
        }

        Ready with(NeighbourSearch other) {
            return new Ready(model, gallery, map, other, desk);
        }
    }

    private final ExploreOptions options;
    private final RunDirectory run;
    private final AtomicLong revision = new AtomicLong();
    private final Worker encoder = new Worker("explore-encoder");
    private final Worker improver = new Worker("explore-improver");
    private volatile Progress progress;
    private volatile Optional<PictureSource> data = Optional.empty();
    private volatile Optional<LabelStore> labels = Optional.empty();
    private volatile Optional<Ready> ready = Optional.empty();
    private volatile boolean closing;
    private Optional<SphereScene> scene = Optional.empty();

    ExplorerState(ExploreOptions options) {
        this.options = options;
        this.run = options.runs().get(0);
        this.progress = new Progress(Stage.OPENING, options.data().orElse(""), 0, 0, Optional.empty());
        encoder.begin(this::load);
    }

    /** Grows with every change that a page would show. */
    long revision() {
        return revision.get();
    }

    Progress progress() {
        return progress;
    }

    Optional<Ready> ready() {
        return ready;
    }

    /** What is ready, or the reason that nothing is, as an error. */
    Ready require() {
        return ready.orElseThrow(() -> new MmcrException(
                progress.message().orElse("the pictures are not ready yet; their progress is shown on the page")));
    }

    /** The pictures themselves, as soon as the data is open. */
    PictureSource requireData() {
        return data.orElseThrow(() -> new MmcrException(progress.message().orElse("the data is not open yet")));
    }

    private void load() {
        try {
            String location = location();
            progress(Stage.OPENING, location, 0, 0);
            PictureSource source = DataSources.pictures(location, DataOptions.defaults());
            data = Optional.of(source);
            LabelStore store = LabelStore.open(labelFile(source), source); // first: its lock covers what is computed below
            labels = Optional.of(store);
            TrainedModel model = TrainedModel.load(run);
            progress(Stage.FEATURES, location, 0, source.size());
            FeatureStore gallery = FeatureStore.open(run, model, source, options.threads(), done -> {
                stopWhenClosing();
                progress(Stage.FEATURES, location, done, source.size());
            });
            progress(Stage.MAP, location, 0, source.size());
            Path mapFile = gallery.file("map", "npy");
            MapLayout map = MapLayout.first(gallery, mapFile, options.seed());
            stopWhenClosing();
            AccuracyHistory history = AccuracyHistory.open(gallery.file("accuracy", "jsonl"));
            LabelSession desk = new LabelSession(gallery, store, history, options.seed(), revision::incrementAndGet);
            NeighbourSearch exact = new ExactSearch(gallery.features());
            ready = Optional.of(new Ready(model, gallery, map, exact, desk));
            progress(Stage.READY, location, source.size(), source.size());
            improve(mapFile);
        } catch (CancellationException e) {
            LOG.debug("stopped while getting ready");
        } catch (RuntimeException e) {
            LOG.debug("the pictures cannot be explored", e);
            fail(e instanceof MmcrException ? e.getMessage() : "unexpected " + e);
            labels.ifPresent(LabelStore::close);
            labels = Optional.empty();
        }
    }

    /** What takes its time and is not needed to begin: one after the other, on a thread of its own. */
    private void improve(Path mapFile) {
        Ready first = require();
        if (!first.map().byNeighbours()) {
            improver.begin(() -> arrange(mapFile));
        }
        if (first.gallery().size() > MOST_EXACT) {
            improver.begin(this::index);
        }
    }

    private void arrange(Path file) {
        try {
            Ready now = require();
            ready = Optional.of(now.with(now.map().arranged(now.gallery(), file, options.seed())));
            revision.incrementAndGet();
        } catch (RuntimeException e) {
            LOG.warn("the map by neighbours could not be drawn; it shows the main directions", e);
        }
    }

    private void index() {
        try {
            Ready now = require();
            ready = Optional.of(
                    now.with(GraphSearch.build(now.gallery().features(), options.threads(), () -> closing)));
        } catch (CancellationException e) {
            LOG.debug("stopped while indexing");
        } catch (RuntimeException e) {
            LOG.warn("the index of neighbours could not be built; every picture is compared instead", e);
        }
    }

    private void stopWhenClosing() {
        if (closing) {
            throw new CancellationException();
        }
    }

    private String location() {
        if (options.data().isPresent()) {
            return options.data().get();
        }
        if (!Files.exists(run.provenance())) {
            throw new MmcrException("the run does not say what it was trained on; name the pictures with --data");
        }
        return RunReport.read(run).dataLocation();
    }

    /** Labels belong to the pictures: another data set, or another state of it, has a file of its own. */
    private Path labelFile(PictureSource source) {
        return FeatureStore.folder(run).resolve("labels-" + source.fingerprint() + ".jsonl");
    }

    private void progress(Stage stage, String location, int done, int total) {
        progress = new Progress(stage, location, done, total, Optional.empty());
        revision.incrementAndGet();
    }

    private void fail(String message) {
        progress = new Progress(Stage.FAILED, progress.location(), 0, 0, Optional.of(message));
        revision.incrementAndGet();
    }

    /** Features of a picture that is not of the data. */
    float[] embed(Picture picture) {
        return encoder.call(() -> {
            TrainedModel model = require().model();
            FeatureExtractor extractor = new FeatureExtractor(model.features(), 1, 1);
            try (FeatureSet set = extractor.extract(new OnePicture(picture), ProgressListener.NONE)) {
                float[] row = new float[set.width()];
                new FloatPointer(set.features().data_ptr_float()).get(row);
                return row;
            }
        });
    }

    /** The sphere of views; computed once. */
    SphereScene scene() {
        return encoder.call(() -> {
            if (scene.isEmpty()) {
                Ready now = require();
                scene = Optional.of(
                        SphereScene.of(now.model(), now.gallery().data(), options.seed(), options.threads()));
            }
            return scene.get();
        });
    }

    /** The encoder with the head of the moment behind it as an ONNX graph, confirmed by ONNX Runtime. */
    byte[] classifier() {
        Ready now = require();
        LinearHead head = now.desk().require().linear();
        Path file = now.gallery().file("classifier", "onnx");
        return encoder.call(() -> {
            ExportSource source =
                    ExportSource.of(now.model().model().encoder(), now.model().view());
            OnnxExport.write(
                    file, source.withHead(head), Optional.of(now.gallery().data()));
            return Files.readAllBytes(file);
        });
    }

    @Override
    public void close() {
        closing = true;
        improver.abandon();
        if (!encoder.end()) {
            return; // the data is still read: the process ends with it
        }
        ready.ifPresent(now -> now.desk().close());
        labels.ifPresent(LabelStore::close);
        data.ifPresent(PictureSource::close);
    }
}
