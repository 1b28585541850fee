package org.mmcr.analysis.export;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.ViewShape;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.Projector;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.Whitening;
import org.mmcr.train.run.PairedModel;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * An encoder to export, with everything else that goes into the file.
 *
 * @param encoder encoder in evaluation mode
 * @param view preparation of pictures, or of the rows of a table
 * @param projector network from the features to the embeddings of the objective, in evaluation mode
 * @param head classifier of the features
 * @param facts provenance of the encoder, as text by key
 * @param whitening linear layer behind the features; projector and classifier take the features before it
 */
@API(status = API.Status.STABLE)
public record ExportSource(
        Encoder encoder,
        EvaluationView view,
        Optional<Projector> projector,
        Optional<LinearHead> head,
        Map<String, String> facts,
        Optional<Whitening> whitening) {

    /** Metadata key of whitened features, and the first part of the layer's names. */
    static final String WHITENING = "whitening";

    public ExportSource {
        facts = Collections.unmodifiableMap(new TreeMap<>(facts)); // in the same order in every process
        head.ifPresent(found -> requireFit(found, encoder));
        whitening.ifPresent(layer -> layer.requireWidth(encoder.features()));
        requireInput(encoder, view);
        requireMerged(encoder);
    }

    /** Creates a source whose features are not whitened. */
    public ExportSource(
            Encoder encoder,
            EvaluationView view,
            Optional<Projector> projector,
            Optional<LinearHead> head,
            Map<String, String> facts) {
        this(encoder, view, projector, head, facts, Optional.empty());
    }

    /** Returns an encoder without projector, classifier and facts. */
    public static ExportSource of(Encoder encoder, EvaluationView view) {
        return new ExportSource(encoder, view, Optional.empty(), Optional.empty(), Map.of());
    }

    /**
     * Loads the newest state of a run, with its facts: recipe, steps, data, metrics, version.
     *
     * @param projector whether to include the projector
     * @param probe whether to include the linear probe that {@code mmcr evaluate} fitted
     * @throws MmcrException if the probe is requested and is missing, or was fitted to other weights
     */
    public static ExportSource of(RunDirectory run, boolean projector, boolean probe) {
        return of(run, TrainedModel.load(run), projector, probe);
    }

    /** The same for a state of the run that is loaded, or for one modality's network of a run on paired data. */
    public static ExportSource of(RunDirectory run, TrainedModel model, boolean projector, boolean probe) {
        return new ExportSource(
                model.model().encoder(),
                model.view(),
                projector ? Optional.of(model.model().projector()) : Optional.empty(),
                probe ? Optional.of(SavedProbe.of(run, model)) : Optional.empty(),
                RunFacts.of(run, model));
    }

    /**
     * Loads the newest state of one modality's network of a run on paired data, with the projector, because modalities
     * meet in its embeddings.
     *
     * @param modality name of the modality, or its number from 0
     * @throws MmcrException if the run has no such modality
     */
    public static ExportSource ofModality(RunDirectory run, String modality) {
        PairedModel pairs = PairedModel.load(run);
        return of(run, pairs.tower(pairs.index(modality)), true, false);
    }

    /** Returns a copy with another classifier. */
    public ExportSource withHead(LinearHead other) {
        return new ExportSource(encoder, view, projector, Optional.of(other), facts, whitening);
    }

    /** Returns a copy whose features are whitened; {@code layer} stays open until the export is done. */
    public ExportSource withWhitening(Whitening layer) {
        return new ExportSource(encoder, view, projector, head, facts, Optional.of(layer));
    }

    /** Returns the number of exported features: of whitened ones, if they are whitened. */
    public int features() {
        return whitening.map(Whitening::width).orElse(encoder.features());
    }

    /** Returns the facts, the description of the network and the preparation of its input. */
    Map<String, String> metadata() {
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.put(EncoderWeights.SPEC, EncoderWeights.text(encoder.spec()));
        all.put(Preprocessing.KEY, Yaml.toTree(view).toString());
        whitening.ifPresent(layer -> all.put(
                WHITENING, Json.line(new TreeMap<>(Map.of("ridge", layer.ridge(), "samples", layer.samples())))));
        return all;
    }

    private static void requireMerged(Encoder encoder) {
        if (encoder.adapters().present()) {
            throw new MmcrException("expected an encoder without adapters, found some of rank "
                    + encoder.adapters().rank() + "; call mergeAdapters() of its model first");
        }
    }

    private static void requireInput(Encoder encoder, EvaluationView view) {
        boolean fits = view.shape() instanceof ViewShape.Row row
                ? encoder.rank() == 2 && encoder.inputs() == row.columns()
                : encoder.rank() == 4;
        if (!fits) {
            throw new MmcrException("expected a view with the shape of the encoder's input, found "
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
