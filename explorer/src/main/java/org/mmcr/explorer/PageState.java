package org.mmcr.explorer;

import java.util.List;
import java.util.Optional;
import org.mmcr.explorer.labelling.AccuracyHistory;
import org.mmcr.explorer.labelling.Head;

/**
 * What every page is told whenever it changes.
 *
 * @param progress of getting ready
 * @param pictures how many; 0 until they are ready
 * @param arranged whether the map keeps neighbours together already
 * @param given classes that came with the data
 * @param labels as they stand
 * @param head the classifier of the moment
 * @param history its accuracy as labels came in
 */
record PageState(
        ExplorerState.Progress progress,
        int pictures,
        boolean arranged,
        List<String> given,
        LabelSummary labels,
        Optional<HeadSummary> head,
        List<AccuracyHistory.Point> history) {
    /** The classifier: labels it was fitted to, its classes, and how long the fit took. */
    record HeadSummary(int labels, List<String> classes, double seconds) {
        static HeadSummary of(Head head) {
            return new HeadSummary(head.labels(), head.classes(), head.seconds());
        }
    }

    static PageState of(ExplorerState workspace) {
        ExplorerState.Progress progress = workspace.progress();
        return workspace
                .ready()
                .map(ready -> of(progress, ready))
                .orElseGet(() ->
                        new PageState(progress, 0, false, List.of(), LabelSummary.NONE, Optional.empty(), List.of()));
    }

    private static PageState of(ExplorerState.Progress progress, ExplorerState.Ready ready) {
        return new PageState(
                progress,
                ready.gallery().size(),
                ready.map().byNeighbours(),
                ready.gallery().data().classNames(),
                LabelSummary.of(ready.desk().labels()),
                ready.desk().fitted().map(LabelSession.Fitted::head).map(HeadSummary::of),
                ready.desk().history());
    }
}
