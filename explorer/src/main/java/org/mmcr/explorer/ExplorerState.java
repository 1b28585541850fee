package org.mmcr.explorer;

import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.ServiceUnavailableResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.mmcr.analysis.neighbours.ExactSearch;
import org.mmcr.analysis.neighbours.GraphSearch;
import org.mmcr.analysis.neighbours.NeighbourSearch;
import org.mmcr.analysis.neighbours.TextSearch;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.filter.PictureField;
import org.mmcr.explorer.filter.PictureFields;
import org.mmcr.explorer.labelling.AccuracyHistory;
import org.mmcr.explorer.labelling.LabelStore;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.TrainedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of an explorer, loaded in the background: data, labels, features, map and classifier. Only one thread
 * uses the encoder.
 */
final class ExplorerState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExplorerState.class);

    /** The stages of loading. */
    enum Stage {
        OPENING,
        FEATURES,
        MAP,
        READY,
        FAILED
    }

    /**
     * The progress of loading.
     *
     * @param location of the data; empty while unknown
     * @param done number of pictures done in this stage
     * @param total number of pictures; 0 while unknown
     * @param message the failure and its remedy; empty without a failure
     */
    record Progress(Stage stage, String location, int done, int total, Optional<String> message) {}

    /** Everything that exists once the features are computed. */
    record Ready(
            ExploreEncoder encoder,
            FeatureStore featureStore,
            MapLayout map,
            NeighbourSearch nearest,
            Optional<TextSearch> byText,
            LabelSession session,
            PictureFields ofData) {
        Ready with(MapLayout other) {
            return new Ready(encoder, featureStore, other, nearest, byText, session, ofData);
        }

        Ready with(NeighbourSearch other) {
            return new Ready(encoder, featureStore, map, other, byText, session, ofData);
        }

        /** Returns the fields of the pictures, with labels and predictions as they are now. */
        List<PictureField> fields() {
            Optional<LabelSession.Fitted> fitted = session.fitted();
            return ofData.with(
                    session.labels(),
                    fitted.map(now -> now.head().classes()).orElse(List.of()),
                    fitted.map(LabelSession.Fitted::predictions));
        }
    }

    private final ExploreOptions options;
    private final AtomicLong revision = new AtomicLong();
    private final Worker encoder = new Worker("explore-encoder");
    private final Worker improver = new Worker("explore-improver");
    private volatile Progress progress;
    private volatile Optional<PictureSource> data = Optional.empty();
    private volatile Optional<LabelStore> labels = Optional.empty();
    private volatile String fingerprint = "";
    private volatile Optional<CurationReview> review = Optional.empty();
    private volatile Optional<String> reviewProblem = Optional.empty();
    private volatile Optional<Ready> ready = Optional.empty();
    private volatile boolean closing;
    private Optional<SphereScene> scene = Optional.empty();

    ExplorerState(ExploreOptions options) {
        this.options = options;
        this.progress = new Progress(Stage.OPENING, options.data().orElse(""), 0, 0, Optional.empty());
        encoder.begin(this::load);
    }

    /** Returns a number that grows with every change that a page shows. */
    long revision() {
        return revision.get();
    }

    Progress progress() {
        return progress;
    }

    Optional<Ready> ready() {
        return ready;
    }

    /** Returns the loaded state, or fails with the reason why there is none. */
    Ready require() {
        return ready.orElseThrow(() -> missing("the pictures are not loaded yet; the page shows the progress"));
    }

    /** Returns the pictures, or fails while the data is not open. */
    PictureSource requireData() {
        return data.orElseThrow(() -> missing("the data is not open yet"));
    }

    /** The reason why loading failed, which is final; or an answer after which pages try again. */
    private RuntimeException missing(String stillLoading) {
        return progress.message()
                .<RuntimeException>map(MmcrException::new)
                .orElseGet(() -> new ServiceUnavailableResponse(stillLoading));
    }

    /** Checks that a page shows these pictures, if it says which it shows. */
    void requireShown(@Nullable String shown) {
        if (shown != null && !shown.equals(fingerprint)) {
            throw new HttpResponseException(
                    HttpStatus.PRECONDITION_FAILED.getCode(),
                    "these are not the pictures that the page shows; reload the page");
        }
    }

    /** Returns the index of a picture of a request, which must be one of the data. */
    int requirePicture(@Nullable Integer picture) {
        if (picture == null || picture < 0 || picture >= requireData().size()) {
            throw new MmcrException("there is no picture " + picture + " in the data");
        }
        return picture;
    }

    /** Returns the fingerprint of the data; empty while it is not open. */
    String fingerprint() {
        return fingerprint;
    }

    /** Returns the review of a curation, if there is one. */
    Optional<CurationReview> review() {
        return review;
    }

    /** Returns why the curation cannot be reviewed. */
    Optional<String> reviewProblem() {
        return reviewProblem;
    }

    /** Notifies pages of a decision. */
    void reviewed() {
        revision.incrementAndGet();
    }

    private void openReview(PictureSource source) {
        try {
            review = CurationReview.open(options, file("review", source), source);
        } catch (MmcrException e) {
            reviewProblem = Optional.of(e.getMessage());
        }
    }

    private void load() {
        try {
            String location = location();
            progress(Stage.OPENING, location, 0, 0);
            PictureSource source = DataSources.pictures(location, DataOptions.defaults());
            data = Optional.of(source);
            fingerprint = source.fingerprint();
            // The labels come first: their lock keeps a second explorer from writing the files below.
            LabelStore store = LabelStore.open(LabelStore.file(FeatureStore.folder(options.folder()), source), source);
            labels = Optional.of(store);
            openReview(source);
            PictureFields fields = PictureFields.of(source, options.columns());
            ExploreEncoder model = options.encoder()
                    .orElseGet(() ->
                            ExploreEncoder.of(TrainedModel.load(options.runs().get(0))));
            progress(Stage.FEATURES, location, 0, source.size());
            FeatureStore featureStore = FeatureStore.open(options, model, source, done -> {
                stopWhenClosing();
                progress(Stage.FEATURES, location, done, source.size());
            });
            progress(Stage.MAP, location, 0, source.size());
            Path mapFile = featureStore.file("map", "npy");
            MapLayout map = MapLayout.first(featureStore, mapFile, options.seed());
            stopWhenClosing();
            AccuracyHistory history = AccuracyHistory.open(featureStore.file("accuracy", "jsonl"));
            LabelSession session =
                    new LabelSession(featureStore, store, history, options.seed(), revision::incrementAndGet);
            NeighbourSearch exact = new ExactSearch(featureStore.searched());
            Optional<TextSearch> byText =
                    model.texts().encoder().map(texts -> new TextSearch(texts, featureStore.features()));
            ready = Optional.of(new Ready(model, featureStore, map, exact, byText, session, fields));
            progress(Stage.READY, location, source.size(), source.size());
            improve(mapFile);
        } catch (CancellationException e) {
            LOG.debug("stopped while loading");
        } catch (RuntimeException e) {
            String message = e instanceof MmcrException ? String.valueOf(e.getMessage()) : "unexpected " + e;
            LOG.warn("the pictures cannot be explored: {}", message, e);
            fail(message);
            labels.ifPresent(LabelStore::close);
            labels = Optional.empty();
            review.ifPresent(now -> now.store().close());
            review = Optional.empty();
        }
    }

    /** Starts what is slow and not needed at once, one after the other on a thread of its own. */
    private void improve(Path mapFile) {
        Ready first = require();
        if (!first.map().byNeighbours()) {
            improver.begin(() -> arrange(mapFile));
        }
        if (first.featureStore().size() > NeighbourSearch.MOST_EXACT) {
            improver.begin(this::index);
        }
    }

    private void arrange(Path file) {
        try {
            Ready now = require();
            ready = Optional.of(now.with(now.map().arranged(now.featureStore(), file, options.seed())));
            revision.incrementAndGet();
        } catch (RuntimeException e) {
            LOG.warn("UMAP failed; the map shows the principal components", e);
        }
    }

    private void index() {
        try {
            Ready now = require();
            ready = Optional.of(
                    now.with(GraphSearch.build(now.featureStore().searched(), options.threads(), () -> closing)));
        } catch (CancellationException e) {
            LOG.debug("stopped while indexing");
        } catch (RuntimeException e) {
            LOG.warn("the neighbour index could not be built; the search stays exact", e);
        }
    }

    private void stopWhenClosing() {
        if (closing) {
            throw new CancellationException();
        }
    }

    private String location() {
        return options.data()
                .orElseGet(() -> RunReport.trainingData(options.runs().get(0)));
    }

    /** Returns the file of actions of a kind; every data set, and every version of it, has its own. */
    private Path file(String what, PictureSource source) {
        return FeatureStore.folder(options.folder()).resolve(what + "-" + source.fingerprint() + ".jsonl");
    }

    private void progress(Stage stage, String location, int done, int total) {
        progress = new Progress(stage, location, done, total, Optional.empty());
        revision.incrementAndGet();
    }

    private void fail(String message) {
        progress = new Progress(Stage.FAILED, progress.location(), 0, 0, Optional.of(message));
        revision.incrementAndGet();
    }

    /** Computes the query for the neighbours of a picture from outside the data. */
    float[] embed(Picture picture) {
        return encoder.call(() -> {
            FeatureExtractor extractor =
                    new FeatureExtractor(require().encoder().features(), 1, 1);
            try (FeatureSet set = extractor.extract(new OnePicture(picture), ProgressListener.NONE)) {
                return require().featureStore().query(set.features());
            }
        });
    }

    /** Compares all pictures with a text. */
    TextSearch.Found find(TextSearch search, String text) {
        return encoder.call(() -> search.of(text));
    }

    /** Returns the sphere of views; computed once. */
    SphereScene scene() {
        return encoder.call(() -> {
            if (scene.isEmpty()) {
                Ready now = require();
                scene = Optional.of(
                        SphereScene.of(now.encoder(), now.featureStore().data(), options.seed(), options.threads()));
            }
            return scene.get();
        });
    }

    /** Returns the encoder with the current head as an ONNX file. */
    byte[] classifier() {
        Ready now = require();
        LinearHead head = now.session().require().linear();
        Path file = now.featureStore().file("classifier", "onnx");
        return encoder.call(() -> {
            now.encoder().writeClassifier(file, head, now.featureStore().data());
            return Files.readAllBytes(file);
        });
    }

    @Override
    public void close() {
        closing = true;
        improver.abandon();
        if (!encoder.end()) {
            return; // the data is still in use; it is released when the process ends
        }
        ready.ifPresent(now -> now.session().close());
        labels.ifPresent(LabelStore::close);
        review.ifPresent(now -> now.store().close());
        data.ifPresent(PictureSource::close);
    }
}
