package org.mmcr.explorer;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.labelling.Predictions;

/** Addresses that show: pictures, where they lie, what is like them, their sphere. */
final class PictureApi {
    /** Largest picture that may be handed in, bytes. */
    static final int LARGEST_UPLOAD = 16 << 20;

    private static final int NEIGHBOURS = 36;
    /** Shares as 16-bit numbers: this is all. */
    private static final int WHOLE = 10_000;

    private final Supplier<ExplorerState> workspace;

    PictureApi(Supplier<ExplorerState> workspace) {
        this.workspace = workspace;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/points", this::points);
        routes.get("/api/column/{name}", this::column);
        routes.get("/api/picture/{index}", this::picture);
        routes.get("/api/picture/{index}/about", this::about);
        routes.get("/api/neighbours/{index}", this::neighbours);
        routes.post("/api/neighbours", this::neighboursOfUpload);
        routes.get(
                "/api/sphere", request -> HttpIo.json(request, workspace.get().scene()));
    }

    /** x and y of each picture in turn. */
    private void points(Context request) {
        HttpIo.floats(request, workspace.get().require().map().coordinates());
    }

    /** One number for each picture: an index, -1 for none; of the confidence a share of {@value #WHOLE}. */
    private void column(Context request) {
        ExplorerState.Ready ready = workspace.get().require();
        int n = ready.gallery().size();
        Optional<Predictions> predictions = ready.desk().fitted().map(LabelSession.Fitted::predictions);
        HttpIo.shorts(
                request,
                switch (request.pathParam("name")) {
                    case "given" -> given(ready.gallery().data());
                    case "cluster" -> ready.map().cluster();
                    case "label" -> narrowed(ready.desk().labels().of());
                    case "prediction" -> predictions.map(Predictions::best).orElseGet(() -> none(n));
                    case "confidence" ->
                        predictions.map(p -> shares(p.confidence())).orElseGet(() -> none(n));
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

    private static short[] shares(float[] values) {
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
        PictureSource data = workspace.get().requireData();
        boolean large = "large".equals(request.queryParam("size"));
        Picture picture = data.picture(HttpIo.index(request, data.size()));
        request.contentType("image/png")
                .result(PictureFiles.png(picture, large ? PictureFiles.LARGE : PictureFiles.THUMBNAIL));
    }

    private void about(Context request) {
        ExplorerState now = workspace.get();
        PictureSource data = now.requireData();
        HttpIo.json(
                request,
                PictureInfo.of(data, now.ready().map(ExplorerState.Ready::desk), HttpIo.index(request, data.size())));
    }

    private void neighbours(Context request) {
        ExplorerState.Ready ready = workspace.get().require();
        float[] query =
                ready.gallery().row(HttpIo.index(request, ready.gallery().size()));
        HttpIo.json(request, ready.nearest().of(query, HttpIo.count(request, NEIGHBOURS)));
    }

    private void neighboursOfUpload(Context request) {
        ExplorerState.Ready ready = workspace.get().require();
        HttpIo.requireType(request, "application/octet-stream");
        float[] query = workspace.get().embed(decoded(request.bodyAsBytes()));
        HttpIo.json(request, ready.nearest().of(query, HttpIo.count(request, NEIGHBOURS)));
    }

    private static Picture decoded(byte[] content) {
        try {
            return Picture.decode(content);
        } catch (IOException e) {
            throw new MmcrException(
                    "this file is not a picture that can be shown: " + e.getMessage()
                            + "; choose a JPEG, PNG, WebP, TIFF, GIF or BMP file",
                    e);
        }
    }
}
