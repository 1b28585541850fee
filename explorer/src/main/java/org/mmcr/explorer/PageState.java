package org.mmcr.explorer;

import java.util.List;
import java.util.Optional;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.filter.PictureField;
import org.mmcr.explorer.labelling.AccuracyHistory;
import org.mmcr.explorer.labelling.Head;

/**
 * The state that every open page receives whenever it changes.
 *
 * @param progress of loading
 * @param pictures number of pictures; 0 until they are loaded
 * @param arranged whether the map is UMAP's layout already
 * @param given classes of the data
 * @param fields what the map can be filtered by
 * @param labels the current labels
 * @param head the current classifier
 * @param history its accuracy by number of labels
 * @param fingerprint of the data; empty until it is loaded
 * @param curation the review of a curation, if there is one
 * @param texts whether pictures can be found by text
 */
record PageState(
        ExplorerState.Progress progress,
        int pictures,
        boolean arranged,
        List<String> given,
        List<Field> fields,
        LabelSummary labels,
        Optional<HeadSummary> head,
        List<AccuracyHistory.Point> history,
        String fingerprint,
        Optional<CurationReview.Summary> curation,
        TextSupport.Summary texts) {
    /** A field: its name, and whether its values are numbers. */
    record Field(String name, boolean numeric) {
        static Field of(PictureField field) {
            return new Field(field.name(), field.numeric());
        }
    }

    /** The classifier: number of labels, classes, and seconds of the fit. */
    record HeadSummary(int labels, List<String> classes, double seconds) {
        static HeadSummary of(Head head) {
            return new HeadSummary(head.labels(), head.classes(), head.seconds());
        }
    }

    static PageState of(ExplorerState state) {
        ExplorerState.Progress progress = state.progress();
        Optional<CurationReview.Summary> curation = state.review()
                .map(CurationReview::summary)
                .or(() -> state.reviewProblem().map(CurationReview.Summary::of));
        return state.ready()
                .map(ready -> of(progress, ready, state.fingerprint(), curation))
                .orElseGet(() -> new PageState(
                        progress,
                        0,
                        false,
                        List.of(),
                        List.of(),
                        LabelSummary.NONE,
                        Optional.empty(),
                        List.of(),
                        "",
                        curation,
                        TextSupport.NONE.summary()));
    }

    private static PageState of(
            ExplorerState.Progress progress,
            ExplorerState.Ready ready,
            String fingerprint,
            Optional<CurationReview.Summary> curation) {
        PictureSource data = ready.featureStore().data();
        return new PageState(
                progress,
                data.size(),
                ready.map().byNeighbours(),
                data.classNames(),
                ready.fields().stream().map(Field::of).toList(),
                LabelSummary.of(ready.session().labels()),
                ready.session().fitted().map(LabelSession.Fitted::head).map(HeadSummary::of),
                ready.session().history(),
                fingerprint,
                curation,
                ready.encoder().texts().summary());
    }
}
