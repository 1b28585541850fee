package org.mmcr.analysis.export;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Yaml;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.ViewShape;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.Projector;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * An encoder that is about to be exported, with what goes into the file beside it.
 *
 * @param encoder in evaluation mode
 * @param view how pictures, or the rows of a table, are prepared for it
 * @param projector from features to the embeddings that the objective saw
 * @param head a classifier of the features
 * @param facts free text about where the encoder comes from
 */
@API(status = API.Status.STABLE)
public record ExportSource(
        Encoder encoder,
        EvaluationView view,
        Optional<Projector> projector,
        Optional<LinearHead> head,
        Map<String, String> facts) {

    public ExportSource {
        facts = Collections.unmodifiableMap(new TreeMap<>(facts)); // in the same order in every process
        head.ifPresent(found -> requireFit(found, encoder));
        requireShown(encoder, view);
    }

    /** An encoder by itself. */
    public static ExportSource of(Encoder encoder, EvaluationView view) {
        return new ExportSource(encoder, view, Optional.empty(), Optional.empty(), Map.of());
    }

    /**
     * The newest state of a run, with its facts: recipe, steps, data, metrics, version.
     *
     * @param projector whether to take it along
     * @param probe whether to take the linear probe along that {@code mmcr evaluate} fitted
     * @throws MmcrException if the probe is wanted and there is none, or one of other weights
     */
    public static ExportSource of(RunDirectory run, boolean projector, boolean probe) {
        TrainedModel model = TrainedModel.load(run);
        return new ExportSource(
                model.model().encoder(),
                model.view(),
                projector ? Optional.of(model.model().projector()) : Optional.empty(),
                probe ? Optional.of(KeptProbe.of(run, model)) : Optional.empty(),
                RunFacts.of(run, model));
    }

    /** The same encoder with another classifier behind it. */
    public ExportSource withHead(LinearHead other) {
        return new ExportSource(encoder, view, projector, Optional.of(other), facts);
    }

    /** Everything that a file should say of itself. */
    Map<String, String> metadata() {
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.put(EncoderWeights.SPEC, EncoderWeights.text(encoder.spec()));
        all.put(Preprocessing.KEY, Yaml.toTree(view).toString());
        return all;
    }

    private static void requireShown(Encoder encoder, EvaluationView view) {
        boolean fits = view.shape() instanceof ViewShape.Row row
                ? encoder.rank() == 2 && encoder.inputs() == row.columns()
                : encoder.rank() == 4;
        if (!fits) {
            throw new MmcrException("expected a preparation that makes the encoder's input, found one that makes "
                    + view.shape().describe() + "; give the view that belongs to the encoder");
        }
    }

    private static void requireFit(LinearHead head, Encoder encoder) {
        if (head.features() != encoder.features()) {
            throw new MmcrException("expected a classifier of the encoder's " + encoder.features()
                    + " features, found one of " + head.features() + "; fit it to this encoder's features");
        }
    }
}
