package org.mmcr.explorer;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.mmcr.explorer.http.HttpIo;

/**
 * A part of the pictures that match a request.
 *
 * @param total number of matches
 * @param pictures those of this part
 */
record PicturePage(int total, List<PictureInfo> pictures) {
    /** Returns the part of {@code found} that a request's {@code offset} and {@code n} name. */
    static PicturePage of(Context request, ExplorerState.Ready ready, List<Integer> found, int usual) {
        return new PicturePage(
                found.size(),
                found.stream()
                        .skip(HttpIo.offset(request))
                        .limit(HttpIo.count(request, usual))
                        .map(picture ->
                                PictureInfo.of(ready.featureStore().data(), Optional.of(ready.session()), picture))
                        .toList());
    }
}
