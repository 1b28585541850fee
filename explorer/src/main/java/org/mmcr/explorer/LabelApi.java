package org.mmcr.explorer;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.explorer.http.HttpIo;
import org.mmcr.explorer.labelling.LabelAction;
import org.mmcr.explorer.labelling.Predictions;

/** The routes of labelling: suggestions, predictions, label actions, and downloads. */
final class LabelApi {
    private static final int MOST_PICTURES_OF_ACTION = 200_000;
    private static final int SUGGESTIONS = 12;
    /** A page asks for as many more as it has skipped. */
    private static final int MOST_SUGGESTIONS = 10_000;

    private static final int PREDICTIONS = 60;

    private final Supplier<ExplorerState> state;

    LabelApi(Supplier<ExplorerState> state) {
        this.state = state;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/suggestions", this::suggestions);
        routes.get("/api/predictions", this::predictions);
        routes.get("/api/picture/{index}/guesses", this::guesses);
        routes.post("/api/labels", this::apply);
        routes.get("/api/export/labels.csv", request -> csv(request, "labels.csv", LabelTables.labels(ready())));
        routes.get(
                "/api/export/predictions.csv",
                request -> csv(request, "predictions.csv", LabelTables.predictions(ready())));
        routes.get(
                "/api/export/classifier.onnx",
                request -> HttpIo.file(
                        request,
                        "application/octet-stream",
                        "classifier.onnx",
                        state.get().classifier()));
    }

    private ExplorerState.Ready ready() {
        return state.get().require();
    }

    private static void csv(Context request, String name, byte[] content) {
        HttpIo.file(request, "text/csv; charset=utf-8", name, content);
    }

    private void suggestions(Context request) {
        HttpIo.json(request, ready().session().suggest(HttpIo.count(request, SUGGESTIONS, MOST_SUGGESTIONS)));
    }

    /** Returns unlabelled pictures predicted as a class, by descending or ascending confidence. */
    private void predictions(Context request) {
        ExplorerState.Ready ready = ready();
        LabelSession.Fitted fitted = ready.session().require();
        String className = Optional.ofNullable(request.queryParam("class")).orElse("");
        int wanted = fitted.head().classes().indexOf(className);
        Predictions predictions = fitted.predictions();
        Comparator<Integer> byConfidence =
                Comparator.comparingDouble(i -> -predictions.confidence()[i]);
        boolean ascending = "unsure".equals(request.queryParam("order"));
        int[] of = ready.session().labels().of();
        List<Integer> found = IntStream.range(0, predictions.best().length)
                .filter(i -> wanted < 0 || predictions.best()[i] == wanted)
                .filter(i -> of[i] < 0)
                .boxed()
                .sorted(ascending ? byConfidence.reversed() : byConfidence)
                .toList();
        HttpIo.json(request, PicturePage.of(request, ready, found, PREDICTIONS));
    }

    /** Responds with the classes of a picture by descending probability; none without a classifier. */
    private void guesses(Context request) {
        ExplorerState.Ready ready = ready();
        int picture = HttpIo.index(request, ready.featureStore().size());
        HttpIo.json(request, ready.session().guesses(picture));
    }

    /** The body of a label action; pictures are given by index into the data with a fingerprint, if it is given. */
    record ActionRequest(
            @Nullable String action,
            @Nullable String data,
            @Nullable List<@Nullable Integer> pictures,
            @Nullable String label,
            @Nullable String into,
            @Nullable List<@Nullable String> labels,
            boolean random) {}

    private void apply(Context request) {
        ExplorerState.Ready ready = ready();
        HttpIo.requireType(request, "application/json");
        ActionRequest body = Json.parse(request.body(), ActionRequest.class);
        state.get().requireShown(body.data());
        LabelAction action = action(body);
        HttpIo.json(request, LabelSummary.of(ready.session().apply(action)));
    }

    private LabelAction action(ActionRequest body) {
        return switch (String.valueOf(body.action())) {
            case "assign" -> new LabelAction.Assign(names(body), text(body.label()), body.random());
            case "assign-each" -> new LabelAction.AssignEach(names(body), texts(body.labels()));
            case "clear" -> new LabelAction.Clear(names(body));
            case "delete" -> new LabelAction.Delete(text(body.label()));
            case "rename" -> new LabelAction.Rename(text(body.label()), text(body.into()));
            case "merge" -> new LabelAction.Merge(text(body.label()), text(body.into()));
            case "undo" -> new LabelAction.Undo();
            case "redo" -> new LabelAction.Redo();
            default ->
                throw new MmcrException("expected assign, assign-each, clear, delete, rename, merge, undo or redo,"
                        + " found '" + body.action() + "'");
        };
    }

    private List<String> names(ActionRequest body) {
        List<@Nullable Integer> pictures = Optional.ofNullable(body.pictures()).orElse(List.of());
        if (pictures.size() > MOST_PICTURES_OF_ACTION) {
            throw new MmcrException("expected at most " + MOST_PICTURES_OF_ACTION + " pictures, found "
                    + pictures.size() + "; choose fewer at a time");
        }
        ExplorerState now = state.get();
        return pictures.stream()
                .map(picture -> now.requireData().name(now.requirePicture(picture)))
                .toList();
    }

    private static List<String> texts(@Nullable List<@Nullable String> values) {
        return Optional.ofNullable(values).orElse(List.of()).stream()
                .map(LabelApi::text)
                .toList();
    }

    private static String text(@Nullable String value) {
        return Optional.ofNullable(value).orElse("").strip();
    }
}
