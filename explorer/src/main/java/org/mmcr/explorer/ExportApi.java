package org.mmcr.explorer;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mmcr.data.io.Json;
import org.mmcr.explorer.export.MapPage;
import org.mmcr.explorer.export.PictureArchive;
import org.mmcr.explorer.export.ShownPictures;
import org.mmcr.explorer.http.HttpIo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes that save the pictures a page shows: as a table, as a page, as an archive of picture folders. */
final class ExportApi {
    private static final Logger LOG = LoggerFactory.getLogger(ExportApi.class);
    /** Number of archives that can still be downloaded; further ones replace the oldest. */
    private static final int MOST_ARCHIVES = 8;

    private final Supplier<ExplorerState> state;
    private final Map<String, PictureArchive> archives = new LinkedHashMap<>();

    ExportApi(Supplier<ExplorerState> state) {
        this.state = state;
    }

    void register(RoutesConfig routes) {
        routes.post("/api/export/shown.csv", this::list);
        routes.post("/api/export/map.html", this::page);
        routes.post("/api/export/pictures", this::prepare);
        routes.get("/api/export/pictures.zip", this::archive);
    }

    /** The body of a request; pictures are given by index into the data with a fingerprint, if it is given. */
    record Selection(
            @Nullable String data,
            @Nullable List<@Nullable Integer> pictures,
            @Nullable String colourBy) {
        /** Returns the indices of the pictures, in the order of the request. */
        int[] indices(ExplorerState state) {
            state.requireShown(data);
            return Optional.ofNullable(pictures).orElse(List.of()).stream()
                    .mapToInt(state::requirePicture)
                    .toArray();
        }

        ShownPictures shown(ExplorerState state) {
            ExplorerState.Ready ready = state.require();
            return new ShownPictures(ready.featureStore().data(), ready.fields(), indices(state));
        }
    }

    private static Selection selection(Context request) {
        HttpIo.requireType(request, "application/json");
        return Json.parse(request.body(), Selection.class);
    }

    private void list(Context request) {
        ExplorerState.Ready ready = state.get().require();
        int[] pictures = selection(request).indices(state.get());
        HttpIo.file(request, "text/csv; charset=utf-8", "shown.csv", LabelTables.list(ready, pictures));
    }

    private void page(Context request) {
        ExplorerState.Ready ready = state.get().require();
        Selection selection = selection(request);
        MapPage page = MapPage.of(
                selection.shown(state.get()),
                ready.map().coordinates(),
                ready.map().cluster(),
                Optional.ofNullable(selection.colourBy()).orElse(""));
        request.header("Mmcr-Message", page.message());
        HttpIo.file(request, "text/html; charset=utf-8", "map.html", page.html().getBytes(StandardCharsets.UTF_8));
    }

    /** An archive that can be downloaded: its address, and a message to the user. */
    record Prepared(String address, String message) {}

    /** Responds with the address of an archive, which a browser can write to the disk while it is made. */
    private void prepare(Context request) {
        state.get().require();
        PictureArchive archive = PictureArchive.of(selection(request).shown(state.get()));
        String id = UUID.randomUUID().toString();
        synchronized (archives) {
            archives.put(id, archive);
            if (archives.size() > MOST_ARCHIVES) {
                archives.remove(archives.keySet().iterator().next());
            }
        }
        HttpIo.json(request, new Prepared("api/export/pictures.zip?selection=" + id, archive.message()));
    }

    private void archive(Context request) {
        PictureArchive archive;
        synchronized (archives) {
            archive = Optional.ofNullable(archives.get(
                            Optional.ofNullable(request.queryParam("selection")).orElse("")))
                    .orElseThrow(() -> new NotFoundResponse("there is no such archive; save the data set again"));
        }
        HttpIo.download(request, "application/zip", "pictures.zip");
        try {
            archive.write(request.res().getOutputStream());
        } catch (IOException e) {
            LOG.debug("a download of pictures.zip was ended by the browser", e);
        } catch (RuntimeException e) {
            LOG.warn("pictures.zip was broken off: {}; save the data set again", e.getMessage());
            HttpIo.breakOff(request); // an ordinary end would look like a complete file
        }
    }
}
