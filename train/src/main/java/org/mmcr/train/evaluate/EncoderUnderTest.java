package org.mmcr.train.evaluate;

import java.util.function.Supplier;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Encoder;

/**
 * What an evaluation measures.
 *
 * @param encoder the trained encoder
 * @param untrained makes the same network with its starting weights; called only when that baseline is wanted
 * @param view how samples are shown to both
 */
public record EncoderUnderTest(Encoder encoder, Supplier<Encoder> untrained, EvaluationView view) {}
