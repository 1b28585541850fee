package org.mmcr.report.explore;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.mmcr.MmcrException;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.report.Documents;
import org.mmcr.report.labelling.LabelAction;
import org.mmcr.report.labelling.Labels;
import org.mmcr.report.labelling.Predictions;

/** The addresses under {@code /api}. Answers are JSON, except pictures (PNG) and columns of numbers (little-endian). */
final class Api {
    /** Largest picture that may be handed in, bytes. */
    static final int LARGEST_UPLOAD = 16 << 20;

    private static final int MOST_NEIGHBOURS = 200;
    private static final int MOST_PICTURES_OF_ACTION = 200_000;

    private final Supplier<Workspace> current;

    Api(Supplier<Workspace> current) {
        this.current = current;
    }

    private Workspace workspace() {
        return current.get();
    }

    /** Adds the addresses. */
    void register(RoutesConfig routes) {
        routes.get("/api/points", this::points);
        routes.get("/api/column/{name}", this::column);
        routes.get("/api/picture/{index}", this::picture);
        routes.get("/api/picture/{index}/about", this::about);
        routes.get("/api/neighbours/{index}", this::neighbours);
        routes.post("/api/neighbours", this::neighboursOfUpload);
        routes.get("/api/sphere", request -> json(request, workspace().scene()));
        routes.get("/api/suggestions", this::suggestions);
        routes.get("/api/predictions", this::predictions);
        routes.post("/api/labels", this::keep);
        routes.get("/api/export/labels.csv", this::labelsFile);
        routes.get("/api/export/predictions.csv", this::predictionsFile);
        routes.get("/api/export/classifier.onnx", this::classifierFile);
    }

    private static void json(Context request, Object document) {
        request.contentType("application/json").result(Documents.line(document));
    }

    private static void bytes(Context request, byte[] values) {
        request.contentType("application/octet-stream").result(values);
    }

    private void points(Context request) {
        float[] xy = workspace().require().map().coordinates();
        byte[] values = new byte[4 * xy.length];
        littleEndian(values).asFloatBuffer().put(xy);
        bytes(request, values);
    }

    private static ByteBuffer littleEndian(byte[] values) {
        return ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** 16-bit indices; for confidence and doubt, 16-bit shares of 10,000. */
    private void column(Context request) {
        Workspace.Ready ready = workspace().require();
        int n = ready.gallery().size();
        Optional<Predictions> predictions = ready.desk().fitted().map(LabelDesk.Fitted::predictions);
        short[] values = switch (request.pathParam("name")) {
            case "given" -> given(ready.gallery().data());
            case "cluster" -> ready.map().cluster();
            case "label" -> shorts(ready.desk().labels().of());
            case "prediction" -> predictions.map(Predictions::best).orElseGet(() -> none(n));
            case "confidence" ->
                predictions.map(p -> tenThousandths(p.confidence())).orElseGet(() -> none(n));
            default -> throw new NotFoundResponse("there is no such column");
        };
        byte[] column = new byte[2 * n];
        littleEndian(column).asShortBuffer().put(values);
        bytes(request, column);
    }

    private static short[] given(PictureSource data) {
        short[] values = new short[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) data.label(i).orElse(-1);
        }
        return values;
    }

    private static short[] shorts(int[] values) {
        short[] narrow = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (short) values[i];
        }
        return narrow;
    }

    private static short[] tenThousandths(float[] values) {
        short[] narrow = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (short) Math.round(10_000 * values[i]);
        }
        return narrow;
    }

    private static short[] none(int n) {
        short[] values = new short[n];
        Arrays.fill(values, (short) -1);
        return values;
    }

    private int index(Context request) {
        int index = number(request.pathParam("index"));
        if (index >= workspace().requireData().size()) {
            throw new NotFoundResponse("there is no such picture");
        }
        return index;
    }

    private static int number(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new NotFoundResponse("expected a number, found something else");
        }
        return Integer.parseInt(text);
    }

    private void picture(Context request) {
        boolean large = "large".equals(request.queryParam("size"));
        Picture picture = workspace().requireData().picture(index(request));
        request.contentType("image/png").header("Cache-Control", "private, max-age=86400");
        request.result(PictureFiles.png(picture, large ? PictureFiles.LARGE : PictureFiles.THUMBNAIL));
    }

    /** A picture in words; names are empty where there is none. */
    record About(int picture, String name, String given, String label, String prediction, double confidence) {}

    private void about(Context request) {
        json(request, about(index(request)));
    }

    private About about(int picture) {
        PictureSource data = workspace().requireData();
        OptionalInt given = data.label(picture);
        Optional<LabelDesk> desk = workspace().ready().map(Workspace.Ready::desk);
        Optional<LabelDesk.Fitted> fitted = desk.flatMap(LabelDesk::fitted);
        return new About(
                picture,
                data.name(picture),
                given.isPresent() ? data.classNames().get(given.getAsInt()) : "",
                desk.map(LabelDesk::labels)
                        .filter(labels -> labels.of()[picture] >= 0)
                        .map(labels -> labels.names().get(labels.of()[picture]))
                        .orElse(""),
                fitted.map(now -> now.head().classes().get(now.predictions().best()[picture]))
                        .orElse(""),
                fitted.map(now -> (double) now.predictions().confidence()[picture])
                        .orElse(0.0));
    }

    private void neighbours(Context request) {
        Workspace.Ready ready = workspace().require();
        int index = index(request);
        json(request, ready.nearest().of(ready.gallery().row(index), count(request, 36)));
    }

    private void neighboursOfUpload(Context request) {
        Workspace.Ready ready = workspace().require();
        requireType(request, "application/octet-stream");
        byte[] content = request.bodyAsBytes();
        Picture picture;
        try {
            picture = Picture.decode(content);
        } catch (IOException e) {
            throw new MmcrException(
                    "this file is not a picture that can be shown: " + e.getMessage()
                            + "; choose a JPEG, PNG, GIF or BMP file",
                    e);
        }
        json(request, ready.nearest().of(workspace().embed(picture), count(request, 36)));
    }

    /** Types that a form of another site cannot send without asking first. */
    private static void requireType(Context request, String type) {
        if (!type.equals(request.contentType())) {
            throw new MmcrException("expected a request of type " + type + ", found " + request.contentType());
        }
    }

    private static int count(Context request, int usual) {
        String asked = request.queryParam("n");
        return asked == null ? usual : Math.max(1, Math.min(MOST_NEIGHBOURS, number(asked)));
    }

    private void suggestions(Context request) {
        json(request, workspace().require().desk().suggest(count(request, 12)));
    }

    /** Pictures that a head puts into a class, the surest or the least sure first. */
    private void predictions(Context request) {
        LabelDesk.Fitted fitted = workspace()
                .require()
                .desk()
                .fitted()
                .orElseThrow(
                        () -> new MmcrException("there are no predictions yet; label pictures of at least two kinds"));
        int wanted = fitted.head()
                .classes()
                .indexOf(Optional.ofNullable(request.queryParam("class")).orElse(""));
        Predictions predictions = fitted.predictions();
        Comparator<Integer> surest =
                Comparator.comparingDouble(i -> -predictions.confidence()[i]);
        boolean doubtful = "unsure".equals(request.queryParam("order"));
        List<About> found = IntStream.range(0, predictions.best().length)
                .filter(i -> wanted < 0 || predictions.best()[i] == wanted)
                .filter(i -> fitted.labels().of()[i] < 0)
                .boxed()
                .sorted(doubtful ? surest.reversed() : surest)
                .limit(count(request, 60))
                .map(this::about)
                .toList();
        json(request, found);
    }

    /** What the page sends: an action with pictures by index. */
    record Asked(String action, List<Integer> pictures, String label, String into, boolean random) {}

    private void keep(Context request) {
        Workspace.Ready ready = workspace().require();
        requireType(request, "application/json");
        Asked asked = Documents.parse(request.body(), Asked.class);
        json(request, summary(ready.desk().keep(action(asked, ready.gallery().data()))));
    }

    private static LabelAction action(Asked asked, PictureSource data) {
        return switch (String.valueOf(asked.action())) {
            case "assign" -> new LabelAction.Assign(names(asked, data), text(asked.label()), asked.random());
            case "clear" -> new LabelAction.Clear(names(asked, data));
            case "rename" -> new LabelAction.Rename(text(asked.label()), text(asked.into()));
            case "merge" -> new LabelAction.Merge(text(asked.label()), text(asked.into()));
            case "undo" -> new LabelAction.Undo();
            default ->
                throw new MmcrException(
                        "expected assign, clear, rename, merge or undo, found '" + asked.action() + "'");
        };
    }

    private static List<String> names(Asked asked, PictureSource data) {
        List<Integer> pictures = Optional.ofNullable(asked.pictures()).orElse(List.of());
        if (pictures.size() > MOST_PICTURES_OF_ACTION) {
            throw new MmcrException("expected at most " + MOST_PICTURES_OF_ACTION + " pictures, found "
                    + pictures.size() + "; choose fewer at a time");
        }
        for (Integer picture : pictures) {
            if (picture == null || picture < 0 || picture >= data.size()) {
                throw new MmcrException("there is no picture " + picture + " in the data");
            }
        }
        return pictures.stream().map(data::name).toList();
    }

    private static String text(@org.jspecify.annotations.Nullable String value) {
        return Optional.ofNullable(value).orElse("").strip();
    }

    /** Labels without the list of pictures. */
    static Map<String, Object> summary(Labels labels) {
        return Map.of(
                "names", labels.names(),
                "counts", labels.counts(),
                "labelled", labels.size(),
                "random", labels.random().cardinality(),
                "undo", labels.undoable().orElse(""));
    }

    private void labelsFile(Context request) {
        Workspace.Ready ready = workspace().require();
        Labels labels = ready.desk().labels();
        StringBuilder text = new StringBuilder("name,label\n");
        for (int picture : labels.labelled()) {
            text.append(quoted(ready.gallery().data().name(picture)))
                    .append(',')
                    .append(quoted(labels.names().get(labels.of()[picture])))
                    .append('\n');
        }
        file(request, "labels.csv", text.toString());
    }

    private void predictionsFile(Context request) {
        Workspace.Ready ready = workspace().require();
        LabelDesk.Fitted fitted = ready.desk()
                .fitted()
                .orElseThrow(
                        () -> new MmcrException("there are no predictions yet; label pictures of at least two kinds"));
        StringBuilder text = new StringBuilder("name,label,prediction,confidence\n");
        for (int i = 0; i < ready.gallery().size(); i++) {
            int label = fitted.labels().of()[i];
            text.append(quoted(ready.gallery().data().name(i)))
                    .append(',')
                    .append(label < 0 ? "" : quoted(fitted.labels().names().get(label)))
                    .append(',')
                    .append(quoted(
                            fitted.head().classes().get(fitted.predictions().best()[i])))
                    .append(',')
                    .append(String.format(
                            java.util.Locale.ROOT, "%.4f", fitted.predictions().confidence()[i]))
                    .append('\n');
        }
        file(request, "predictions.csv", text.toString());
    }

    private void classifierFile(Context request) {
        byte[] graph = workspace().classifier();
        request.contentType("application/octet-stream")
                .header("Content-Disposition", "attachment; filename=\"classifier.onnx\"")
                .result(graph);
    }

    private static void file(Context request, String name, String text) {
        request.contentType("text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .result(text);
    }

    /** RFC 4180: quoted only where it has to be. */
    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
