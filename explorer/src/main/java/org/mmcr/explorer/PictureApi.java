package org.mmcr.explorer;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.http.HttpIo;
import org.mmcr.explorer.labelling.Predictions;

/** The routes of pictures: thumbnails, map coordinates and colours, neighbours, the sphere. */
final class PictureApi {
    /** Limit of an uploaded picture, bytes. */
    static final int LARGEST_UPLOAD = 16 << 20;

    private static final int NEIGHBOURS = 36;
    /** The integer that stands for a confidence of 1. */
    private static final int WHOLE = 10_000;

    private final Supplier<ExplorerState> state;

    PictureApi(Supplier<ExplorerState> state) {
        this.state = state;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/points", this::points);
        routes.get("/api/column/{name}", this::column);
        routes.get("/api/picture/{index}", this::picture);
        routes.get("/api/picture/{index}/about", this::about);
        routes.get("/api/neighbours/{index}", this::neighbours);
        routes.post("/api/neighbours", this::neighboursOfUpload);
        routes.get("/api/sphere", request -> HttpIo.json(request, state.get().scene()));
    }

    /** Responds with the map's coordinates, (N, 2). */
    private void points(Context request) {
        HttpIo.floats(request, state.get().require().map().coordinates());
    }

    /** Responds with one number per picture: an index, -1 for none; the confidence in units of 1 / {@value #WHOLE}. */
    private void column(Context request) {
        ExplorerState.Ready ready = state.get().require();
        int n = ready.featureStore().size();
        Optional<Predictions> predictions = ready.session().fitted().map(LabelSession.Fitted::predictions);
        HttpIo.shorts(
                request,
                switch (request.pathParam("name")) {
                    case "given" -> given(ready.featureStore().data());
                    case "cluster" -> ready.map().cluster();
                    case "label" -> narrowed(ready.session().labels().of());
                    case "prediction" -> predictions.map(Predictions::best).orElseGet(() -> none(n));
                    case "confidence" ->
                        predictions.map(p -> scaled(p.confidence())).orElseGet(() -> none(n));
                    default -> throw new NotFoundResponse("there is no such column");
                });
    }

    private static short[] given(PictureSource data) {
        short[] values = new short[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) data.label(i).orElse(-1);
        }
        return values;
    }

    private static short[] narrowed(int[] values) {
        short[] narrow = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (short) values[i];
        }
        return narrow;
    }

    private static short[] scaled(float[] values) {
        short[] narrow = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (short) Math.round(WHOLE * values[i]);
        }
        return narrow;
    }

    private static short[] none(int n) {
        short[] values = new short[n];
        Arrays.fill(values, (short) -1);
        return values;
    }

    private void picture(Context request) {
        PictureSource data = state.get().requireData();
        int longest = switch (Optional.ofNullable(request.queryParam("size")).orElse("")) {
            case "large" -> PictureFiles.LARGE;
            case "full" -> PictureFiles.FULL;
            default -> PictureFiles.THUMBNAIL;
        };
        Picture picture = data.picture(HttpIo.index(request, data.size()));
        request.contentType("image/png").result(PictureFiles.png(picture, longest));
    }

    private void about(Context request) {
        ExplorerState now = state.get();
        PictureSource data = now.requireData();
        HttpIo.json(
                request,
                PictureInfo.of(
                        data, now.ready().map(ExplorerState.Ready::session), HttpIo.index(request, data.size())));
    }

    private void neighbours(Context request) {
        ExplorerState.Ready ready = state.get().require();
        float[] query = ready.featureStore()
                .query(HttpIo.index(request, ready.featureStore().size()));
        HttpIo.json(request, described(ready, query, HttpIo.count(request, NEIGHBOURS)));
    }

    /** A neighbour: its row, its cosine, and what is known of the picture. */
    record Neighbour(int row, double likeness, PictureInfo about) {}

    private static List<Neighbour> described(ExplorerState.Ready ready, float[] query, int count) {
        return ready.nearest().of(query, count).stream()
                .map(one -> new Neighbour(
                        one.row(),
                        one.likeness(),
                        PictureInfo.of(ready.featureStore().data(), Optional.of(ready.session()), one.row())))
                .toList();
    }

    private void neighboursOfUpload(Context request) {
        ExplorerState.Ready ready = state.get().require();
        HttpIo.requireType(request, "application/octet-stream");
        float[] query = state.get().embed(decoded(request.bodyAsBytes()));
        HttpIo.json(request, described(ready, query, HttpIo.count(request, NEIGHBOURS)));
    }

    private static Picture decoded(byte[] content) {
        try {
            return Picture.decode(content);
        } catch (IOException e) {
            throw new MmcrException(
                    "this file is not a picture that can be read: " + e.getMessage()
                            + "; choose a JPEG, PNG, WebP, TIFF, GIF or BMP file",
                    e);
        }
    }
}
