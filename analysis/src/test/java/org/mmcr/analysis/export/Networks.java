package org.mmcr.analysis.export;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.ProjectorSpec;
import org.mmcr.train.evaluate.LinearHead;

/** Small models whose running statistics are not those of a new network. */
final class Networks {
    private Networks() {}

    static EmbeddingModel model(EncoderSpec spec, int side) {
        torch.manual_seed(7);
        EmbeddingModel model = EmbeddingModel.create(spec, new ProjectorSpec(List.of(12, 5)), 3);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < 3; i++) {
                model.embed(input(model, 8, side));
            }
        }
        model.train(false);
        return model;
    }

    /** Normal numbers in the shape that the encoder takes. */
    static Tensor input(EmbeddingModel model, int rows, int side) {
        int inputs = model.encoder().inputs();
        return model.encoder().rank() == 4 ? torch.randn(rows, inputs, side, side) : torch.randn(rows, inputs);
    }

    static LinearHead head(int features, String... classes) {
        Random random = new Random(5);
        float[] weights = new float[classes.length * features];
        IntStream.range(0, weights.length).forEach(i -> weights[i] = (float) random.nextGaussian());
        float[] biases = new float[classes.length];
        IntStream.range(0, biases.length).forEach(i -> biases[i] = i);
        return new LinearHead(List.of(classes), weights, biases);
    }
}
