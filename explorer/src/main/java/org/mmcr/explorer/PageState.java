package org.mmcr.explorer;

import java.util.List;
import java.util.Optional;
import org.mmcr.explorer.labelling.AccuracyHistory;
import org.mmcr.explorer.labelling.Head;

/**
 * The state that every open page receives whenever it changes.
 *
 * @param progress of loading
 * @param pictures number of pictures; 0 until they are loaded
 * @param arranged whether the map is UMAP's layout already
 * @param given classes of the data
 * @param labels the current labels
 * @param head the current classifier
 * @param history its accuracy by number of labels
 */
record PageState(
        ExplorerState.Progress progress,
        int pictures,
        boolean arranged,
        List<String> given,
        LabelSummary labels,
        Optional<HeadSummary> head,
        List<AccuracyHistory.Point> history) {
    /** The classifier: number of labels, classes, and seconds of the fit. */
    record HeadSummary(int labels, List<String> classes, double seconds) {
        static HeadSummary of(Head head) {
            return new HeadSummary(head.labels(), head.classes(), head.seconds());
        }
    }

    static PageState of(ExplorerState state) {
        ExplorerState.Progress progress = state.progress();
        return state.ready()
                .map(ready -> of(progress, ready))
                .orElseGet(() ->
                        new PageState(progress, 0, false, List.of(), LabelSummary.NONE, Optional.empty(), List.of()));
    }

    private static PageState of(ExplorerState.Progress progress, ExplorerState.Ready ready) {
        return new PageState(
                progress,
                ready.featureStore().size(),
                ready.map().byNeighbours(),
                ready.featureStore().data().classNames(),
                LabelSummary.of(ready.session().labels()),
                ready.session().fitted().map(LabelSession.Fitted::head).map(HeadSummary::of),
                ready.session().history());
    }
}
