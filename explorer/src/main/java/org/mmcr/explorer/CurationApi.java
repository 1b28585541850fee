package org.mmcr.explorer;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mmcr.analysis.curate.CurationRow;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.Json;
import org.mmcr.explorer.curation.ReviewAction;
import org.mmcr.explorer.curation.ReviewItem;
import org.mmcr.explorer.curation.ReviewStore;
import org.mmcr.explorer.http.HttpIo;

/** The routes of the review of a curation: its suggestions, decisions, and the reviewed file. */
final class CurationApi {
    private static final int SUGGESTIONS = 24;

    private final Supplier<ExplorerState> state;

    CurationApi(Supplier<ExplorerState> state) {
        this.state = state;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/curation", this::suggestions);
        routes.post("/api/curation", this::apply);
        routes.get(
                "/api/export/curation.csv",
                request -> HttpIo.file(
                        request,
                        "text/csv; charset=utf-8",
                        "curation.csv",
                        review().store().csv()));
    }

    private CurationReview review() {
        return state.get()
                .review()
                .orElseThrow(() -> new MmcrException(state.get()
                        .reviewProblem()
                        .orElse("there is no curation; run mmcr curate, then give its folder with --curation")));
    }

    /**
     * A suggestion as the page shows it; texts that do not apply are empty.
     *
     * @param picture its index; -1 if it cannot be read
     * @param decision open, confirm or dismiss
     * @param other the picture that it resembles; -1 without one, or if that one is in other data
     */
    record Shown(
            String path,
            String flag,
            int picture,
            String label,
            double score,
            String suggested,
            String decision,
            int other,
            String otherPath,
            String otherLabel) {}

    /** A part of the suggestions that match a request. */
    record Answer(int total, List<Shown> items) {}

    private void suggestions(Context request) {
        CurationReview review = review();
        ReviewStore.Page page = review.store()
                .page(
                        text(request, "flag"),
                        text(request, "decision"),
                        HttpIo.offset(request),
                        HttpIo.count(request, SUGGESTIONS));
        List<Shown> items = new ArrayList<>();
        for (int i = 0; i < page.items().size(); i++) {
            items.add(shown(
                    review,
                    page.items().get(i),
                    ReviewStore.name(page.decisions().get(i))));
        }
        HttpIo.json(request, new Answer(page.total(), items));
    }

    private static String text(Context request, String name) {
        return Optional.ofNullable(request.queryParam(name)).orElse("");
    }

    private Shown shown(CurationReview review, ReviewItem one, String decision) {
        boolean duplicate = one.item().flag().equals(CurationRow.DUPLICATE);
        String original = duplicate ? one.row().duplicateOf() : "";
        int other = duplicate ? review.original(one.row()) : -1;
        return new Shown(
                one.item().path(),
                one.item().flag(),
                review.picture(one.item().path()),
                one.row().label(),
                one.score(),
                one.item().flag().equals("label") ? one.row().suggestedLabel() : "",
                decision,
                other,
                original,
                other < 0 ? "" : label(state.get().requireData(), other));
    }

    private static String label(PictureSource data, int picture) {
        return data.label(picture).isPresent()
                ? data.classNames().get(data.label(picture).getAsInt())
                : "";
    }

    /** The answer to a decision: what undo reverts and redo applies again; empty without such an action. */
    record Decided(String undo, String redo) {}

    private void apply(Context request) {
        CurationReview review = review();
        HttpIo.requireType(request, "application/json");
        ReviewAction action = Json.parse(request.body(), ReviewAction.class);
        review.store().apply(action);
        state.get().reviewed();
        HttpIo.json(
                request, new Decided(review.store().undoable(), review.store().redoable()));
    }
}
