package org.mmcr.train.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.KnnClassifier;
import org.mmcr.train.evaluate.LinearModel;
import org.mmcr.train.evaluate.LinearProbe;

class ArraysTest {
    private static final int WIDTH = 12;

    /** Two clouds whose centres lie far apart, row by row. */
    private static float[] clouds(int[] labels, long seed) {
        Random random = new Random(seed);
        float[] values = new float[labels.length * WIDTH];
        for (int i = 0; i < values.length; i++) {
            int label = labels[i / WIDTH];
            values[i] = (float) (random.nextGaussian() + (i % WIDTH == label ? 6 : 0));
        }
        return values;
    }

    private static int[] labels(int count) {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 2;
        }
        return labels;
    }

    @Test
    void classifiers_featuresInArrays_tellTheClassesApart() {
        int[] trainLabels = labels(60);
        int[] testLabels = labels(40);
        float[] trainValues = clouds(trainLabels, 1);
        float[] testValues = clouds(testLabels, 2);
        // [arrays]
        List<String> classes = List.of("cat", "dog");
        try (FeatureSet train = new FeatureSet(rows(trainValues), trainLabels, classes);
                FeatureSet test = new FeatureSet(rows(testValues), testLabels, classes)) {
            double neighbours =
                    new KnnClassifier(20, 0.07).classify(train, test).score().top1();
            double linear = new LinearProbe().evaluate(train, test).top1();
            LinearModel model = new LinearProbe().fit(train); // for features to come
            int[] predicted = model.predict(test.features());
            // [end]
            assertThat(neighbours).isGreaterThan(0.95);
            assertThat(linear).isGreaterThan(0.95);
            assertThat(predicted).hasSize(40);
        }
    }

    // [rows]
    /** Any program's features, row by row, as a matrix. */
    private static Tensor rows(float[] values) {
        return torch.tensor(values).reshape(-1, WIDTH);
    }
    // [end]
}
