package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.run.SizeChoice.MedianSize;

class SizeChoiceTest {
    private static int viewSize(PretrainConfig config) {
        return ((PictureViewRecipe) config.view().at(1).get(0)).size();
    }

    @ParameterizedTest
    @CsvSource({"32, 32, 24, 32", "28, 28, 24, 32", "47, 300, 24, 32", "48, 48, 48, 64", "300, 400, 48, 64"})
    void forPictures_growsViewsAndEvaluationTogetherFromTheShorterSide(
            int height, int width, int view, int evaluation) {
        PretrainConfig config = SizeChoice.forPictures(PretrainConfig.defaults(), new MedianSize(height, width));
        assertThat(viewSize(config)).isEqualTo(view);
        assertThat(((PictureEvaluationView) config.view().evaluation()).size()).isEqualTo(evaluation);
        assertThat(config.view().sizeText())
                .isEqualTo("views " + view + " x " + view + ", features " + evaluation + " x " + evaluation);
    }

    @Test
    void sizeText_ofStages_namesTheFirstAndTheLast() {
        PretrainConfig config =
                PretrainConfig.defaults().with("view.sizes", "[{until: 0.5, size: 16}, {until: 1, size: 28}]");
        assertThat(config.view().sizeText()).isEqualTo("views 16 x 16 to 28 x 28, features 32 x 32");
    }

    /** A third of the pictures is large, in no order; the middle one of the sorted sides counts. */
    @Test
    void medianSize_ofMixedPictures_isThatOfMost() {
        TestPictures pictures =
                TestPictures.of(300, i -> i % 3 == 0 ? TestPictures.noise(90, 80, i) : TestPictures.noise(20, 30, i));
        assertThat(MedianSize.of(pictures)).isEqualTo(new MedianSize(20, 30));
    }

    @Test
    void medianSize_ofOnePicture_isItsSize() {
        assertThat(MedianSize.of(TestPictures.ofNoise(1, 5, 7))).isEqualTo(new MedianSize(5, 7));
    }

    /** Large pictures do not fit into memory together. */
    @Test
    void medianSize_keepsNoPicture() {
        List<WeakReference<Picture>> read = new ArrayList<>();
        long[] alive = new long[1];
        TestPictures pictures = TestPictures.of(64, i -> {
            if (i == 63) {
                System.gc();
                alive[0] = read.stream().filter(one -> one.get() != null).count();
            }
            Picture picture = TestPictures.noise(4, 6, i);
            read.add(new WeakReference<>(picture));
            return picture;
        });
        assertThat(MedianSize.of(pictures)).isEqualTo(new MedianSize(4, 6));
        assertThat(read).hasSize(64);
        assertThat(alive[0]).isLessThan(8);
    }

    /** At most a tenth of the labelled pictures. */
    @Test
    void heldOut_ofTheMonitor_isWhatItLeavesToTraining() {
        PretrainConfig config = PretrainConfig.defaults().with("monitor.steps", "10");
        TestPictures labelled = FourColours.of(64);
        assertThat(SizeChoice.heldOut(config, labelled)).isEqualTo(6);
        assertThat(SizeChoice.heldOut(config.with("monitor.heldOut", "3"), labelled))
                .isEqualTo(3);
        assertThat(SizeChoice.heldOut(config.with("monitor.steps", "0"), labelled))
                .isZero();
        assertThat(SizeChoice.heldOut(config, TestPictures.ofNoise(64, 2, 2))).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "4, 1", "300, 64", "1023, 128", "1024, 256"})
    void forSamples_withAccumulation_fillsEveryBatchOfAStep(int samples, int batch) {
        PretrainConfig config = PretrainConfig.defaults().with("accumulate", "4");
        assertThat(SizeChoice.forSamples(config, samples).batch()).isEqualTo(batch);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "90, 64", "255, 128", "256, 256", "100000, 256"})
    void forSamples_isThePowerOfTwoThatTheSamplesFill(int samples, int batch) {
        assertThat(SizeChoice.forSamples(PretrainConfig.defaults(), samples).batch())
                .isEqualTo(batch);
    }
}
