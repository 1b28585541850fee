package org.mmcr.evaluate;

import java.util.function.Supplier;
import org.mmcr.encoder.Encoder;
import org.mmcr.views.EvaluationView;

/**
 * What an evaluation measures.
 *
 * @param encoder the trained encoder
 * @param untrained makes the same network with its starting weights; called only when that baseline is wanted
 * @param view how datums are shown to both
 */
public record EncoderUnderTest(Encoder encoder, Supplier<Encoder> untrained, EvaluationView view) {}
