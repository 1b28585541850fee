package org.mmcr.explorer;

import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.mmcr.analysis.neighbours.TextSearch;
import org.mmcr.core.MmcrException;
import org.mmcr.explorer.filter.PictureField;
import org.mmcr.explorer.filter.PictureQuery;
import org.mmcr.explorer.http.HttpIo;

/** The routes that find pictures by label, query or text. */
final class BrowseApi {
    private static final int PICTURES = 48;
    /** Characters of a text; CLIP reads about a third of them. */
    private static final int LONGEST_TEXT = 800;

    private final Supplier<ExplorerState> state;

    BrowseApi(Supplier<ExplorerState> state) {
        this.state = state;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/pictures", this::pictures);
        routes.get("/api/matches", this::matches);
        routes.get("/api/fields/chart", this::chart);
        routes.get("/api/text", this::text);
    }

    /** Responds with the pictures that have a label and match a query; both may be absent. */
    private void pictures(Context request) {
        ExplorerState.Ready ready = state.get().require();
        IntPredicate query = query(request, ready);
        Optional<String> label = Optional.ofNullable(request.queryParam("label"));
        int wanted = label.map(ready.session().labels().names()::indexOf).orElse(-1);
        int[] of = ready.session().labels().of();
        List<Integer> found = IntStream.range(0, of.length)
                .filter(i -> label.isEmpty() || (wanted >= 0 && of[i] == wanted))
                .filter(query)
                .boxed()
                .toList();
        HttpIo.json(request, PicturePage.of(request, ready, found, PICTURES));
    }

    /** Responds with 1 for each picture of a query, else 0. */
    private void matches(Context request) {
        ExplorerState.Ready ready = state.get().require();
        IntPredicate query = query(request, ready);
        short[] found = new short[ready.featureStore().size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = (short) (query.test(i) ? 1 : 0);
        }
        HttpIo.shorts(request, found);
    }

    /**
     * Responds with the counts of a field's values. The page keeps those of the data and of a table, and asks again for
     * those of labels and predictions when they change.
     */
    private void chart(Context request) {
        ExplorerState.Ready ready = state.get().require();
        String wanted = Optional.ofNullable(request.queryParam("field")).orElse("");
        PictureField field = ready.fields().stream()
                .filter(one -> one.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new NotFoundResponse("there is no such field"));
        HttpIo.json(request, field.chart(ready.featureStore().size()));
    }

    /**
     * A part of the pictures for a text, the best match first.
     *
     * @param total number of pictures that match the query
     * @param cut whether the end of the text was left out
     * @param tokens of the text that were read
     */
    record TextPage(int total, boolean cut, int tokens, List<Match> pictures) {}

    /** A picture and its cosine with the text. */
    record Match(double likeness, PictureInfo about) {}

    /** Responds with the pictures of a query in the order of their cosines with a text. */
    private void text(Context request) {
        ExplorerState.Ready ready = state.get().require();
        IntPredicate query = query(request, ready);
        TextSearch search = ready.byText().orElseThrow(() -> new BadRequestResponse(withoutTexts(ready)));
        TextSearch.Found found = state.get().find(search, description(request));
        List<Integer> ranked = found.ranked().stream().filter(query::test).toList();
        List<Match> matches = PicturePage.of(request, ready, ranked, PICTURES).pictures().stream()
                .map(about -> new Match(found.cosines()[about.picture()], about))
                .toList();
        HttpIo.json(
                request,
                new TextPage(ranked.size(), found.text().cut(), found.text().tokens(), matches));
    }

    private static String description(Context request) {
        String text = Optional.ofNullable(request.queryParam("text")).orElse("").strip();
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            throw new BadRequestResponse("expected a description of 1 to " + LONGEST_TEXT + " characters, found "
                    + text.length() + "; type some words");
        }
        return text;
    }

    private static String withoutTexts(ExplorerState.Ready ready) {
        return ready.encoder()
                .texts()
                .problem()
                .orElse("expected an encoder with a text tower, found one without; explore with --encoder and a"
                        + " safetensors file of CLIP");
    }

    private static IntPredicate query(Context request, ExplorerState.Ready ready) {
        try {
            return PictureQuery.test(
                    Optional.ofNullable(request.queryParam("query")).orElse(""), ready.fields());
        } catch (MmcrException e) {
            throw new BadRequestResponse(String.valueOf(e.getMessage()));
        }
    }
}
