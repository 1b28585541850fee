package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;

class PictureAugmenterTest {
    private static final List<PictureViewRecipe> RECIPES = List.of(
            PictureViewRecipe.cifar(),
            PictureViewRecipe.stl(),
            PictureViewRecipe.imagenetA(),
            PictureViewRecipe.imagenetB(),
            PictureViewRecipe.stl().withSize(96),
            PictureViewRecipe.cifar().withSize(1));

    @Test
    void augment_ofAnyRecipeAndPicture_writesExactlyItsFloatsWithinTheNormalisedRange() {
        List<Picture> pictures = List.of(
                TestPictures.noise(1, 1, 1),
                TestPictures.noise(1, 300, 2),
                TestPictures.noise(300, 2, 3),
                TestPictures.noise(37, 23, 4));
        PictureAugmenter augmenter = new PictureAugmenter();
        for (PictureViewRecipe recipe : RECIPES) {
            for (Picture picture : pictures) {
                for (int view = 0; view < 6; view++) {
                    checkWritten(augmenter, recipe, picture, view);
                }
            }
        }
    }

    private static void checkWritten(PictureAugmenter augmenter, PictureViewRecipe recipe, Picture picture, int view) {
        int length = 3 * recipe.size() * recipe.size();
        float[] floats = new float[length + 2];
        floats[0] = Float.NaN;
        floats[length + 1] = Float.NaN;
        augmenter.augment(recipe, picture, 3L, 1, 2, view, FloatBuffer.wrap(floats), 1);
        assertThat(floats[0]).isNaN();
        assertThat(floats[length + 1]).isNaN();
        for (int i = 0; i < length; i++) {
            double level =
                    floats[i + 1] * recipe.std().get(i % 3) + recipe.mean().get(i % 3);
            assertThat(level).isBetween(-1e-5, 1.0 + 1e-5);
        }
    }

    @Test
    void augment_withGrayscaleAlways_givesThreeEqualChannels() {
        PictureViewRecipe gray = recipe(0.5, 1.0, 1.0);
        float[] view = new float[3 * 16 * 16];
        new PictureAugmenter().augment(gray, TestPictures.noise(20, 20, 8), 1L, 0, 0, 0, FloatBuffer.wrap(view), 0);
        for (int i = 0; i < view.length; i += 3) {
            assertThat(view[i + 1]).isEqualTo(view[i]);
            assertThat(view[i + 2]).isEqualTo(view[i]);
        }
    }

    @Test
    void augment_toAPicture_givesTheLevelsThatAreNormalised() {
        Picture picture = TestPictures.noise(37, 23, 4);
        PictureAugmenter augmenter = new PictureAugmenter();
        for (PictureViewRecipe recipe : RECIPES) {
            float[] floats = new float[3 * recipe.size() * recipe.size()];
            augmenter.augment(recipe, picture, 3L, 1, 2, 0, FloatBuffer.wrap(floats), 0);
            byte[] rgb = augmenter.augment(recipe, picture, 3L, 1, 2, 0).rgb();
            for (int i = 0; i < floats.length; i++) {
                double level =
                        floats[i] * recipe.std().get(i % 3) + recipe.mean().get(i % 3);
                assertThat(255 * level).isCloseTo(rgb[i] & 0xff, within(1e-3));
            }
        }
    }

    @Test
    void evaluationView_ofRecipes_resizesAsPublished() {
        assertThat(PictureEvaluationView.of(PictureViewRecipe.cifar()).resize()).isEqualTo(32);
        assertThat(PictureEvaluationView.of(PictureViewRecipe.stl()).resize()).isEqualTo(70);
        assertThat(PictureEvaluationView.of(PictureViewRecipe.imagenetA()).resize())
                .isEqualTo(256);
    }

    @Test
    void evaluationView_ofPictureOfItsSize_isThePictureNormalised() {
        Picture picture = TestPictures.noise(32, 32, 5);
        PictureEvaluationView view = PictureEvaluationView.of(PictureViewRecipe.cifar());
        float[] floats = new float[3 * 32 * 32];
        view.write(picture, FloatBuffer.wrap(floats), 0);
        for (int i = 0; i < floats.length; i++) {
            double expected = ((picture.rgb()[i] & 0xFF) / 255.0 - view.mean().get(i % 3))
                    / view.std().get(i % 3);
            assertThat((double) floats[i]).isCloseTo(expected, within(1e-5));
        }
    }

    @Test
    void evaluationView_ofWidePicture_equalsCentreOfWholeResize() {
        Picture picture = TestPictures.noise(50, 93, 6);
        List<Double> mean = List.of(0.0, 0.0, 0.0);
        List<Double> std = List.of(1 / 255.0, 1 / 255.0, 1 / 255.0);
        PictureEvaluationView view = new PictureEvaluationView(28, 24, Interpolation.BICUBIC, mean, std);
        float[] floats = new float[3 * 24 * 24];
        view.write(picture, FloatBuffer.wrap(floats), 0);
        int resizedWidth = 28 * 93 / 50;
        PlanarPicture whole = new PlanarPicture(28, resizedWidth);
        new Resampler().resize(picture, new CropBox(0, 0, 50, 93), Interpolation.BICUBIC, false, whole);
        for (int y = 0; y < 24; y++) {
            for (int x = 0; x < 24; x++) {
                float expected = whole.blue[(y + 2) * resizedWidth + x + (resizedWidth - 24) / 2];
                assertThat(floats[3 * (24 * y + x) + 2]).isCloseTo(expected, within(1e-3f));
            }
        }
    }

    @Test
    void evaluationView_ofOnePixelOrThread_fillsTheView() {
        PictureEvaluationView view = PictureEvaluationView.of(PictureViewRecipe.stl());
        for (Picture picture : List.of(TestPictures.noise(1, 1, 1), TestPictures.noise(1, 500, 2))) {
            float[] floats = new float[3 * 64 * 64];
            view.write(picture, FloatBuffer.wrap(floats), 0);
            assertThat(floats).doesNotContain(Float.NaN);
        }
    }

    @Test
    void recipe_withWrongKnob_namesKnobAndValue() {
        assertThatThrownBy(() -> PictureViewRecipe.cifar().withSize(0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("size")
                .hasMessageContaining("0");
        assertThatThrownBy(() -> recipe(0.9, 0.2, 0.0)).hasMessageContaining("maxScale");
        assertThatThrownBy(() -> new ViewBatchPlan(
                        7, 0, new int[] {1}, 2, List.of(PictureViewRecipe.cifar(), PictureViewRecipe.stl())))
                .hasMessageContaining("step 7")
                .hasMessageContaining("64");
    }

    @ParameterizedTest
    @CsvSource({
        "size, 4097",
        "minScale, 0",
        "maxScale, 1.1",
        "minRatio, -1",
        "maxRatio, 0.1",
        "flip, 1.5",
        "jitterProbability, -0.1",
        "brightness, -1",
        "contrast, -1",
        "saturation, -1",
        "hue, 0.6",
        "grayscale, 2",
        "blurProbability, 2",
        "blurMinSigma, 0",
        "blurMaxSigma, 2000",
        "solarizeProbability, -1",
        "mean, [1]",
        "std, '[1, 1]'",
        "std, '[1, 0, 1]'"
    })
    void recipe_withAnyWrongKnob_namesIt(String field, String value) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode recipe = mapper.valueToTree(PictureViewRecipe.imagenetB());
        assertThat(mapper.convertValue(recipe, PictureViewRecipe.class)).isEqualTo(PictureViewRecipe.imagenetB());
        recipe.set(field, mapper.readTree(value));
        assertThatThrownBy(() -> mapper.convertValue(recipe, PictureViewRecipe.class))
                .hasMessageContaining("view recipe: expected " + field + " to be");
    }

    /** Every operation happens, in the drawn order and with the drawn numbers. */
    @Test
    void augment_ofManyViews_isTheDrawnOperationsOneAfterAnother() {
        Picture picture = TestPictures.noise(24, 20, 9);
        PictureViewRecipe recipe = PictureViewRecipe.imagenetB().withSize(16);
        PictureAugmenter augmenter = new PictureAugmenter();
        Set<String> seen = new TreeSet<>();
        for (int view = 0; view < 60; view++) {
            ViewParameters drawn = ViewParameters.draw(recipe, 24, 20, ViewRandom.of(3, 1, 5, view));
            PlanarPicture planes = new PlanarPicture(16, 16);
            new Resampler().resize(picture, drawn.crop(), recipe.interpolation(), drawn.flip(), planes);
            for (JitterStep step : drawn.jitter()) {
                seen.add(step.toString());
                switch (step) {
                    case BRIGHTNESS -> ColourOperations.brightness(planes, (float) drawn.brightness());
                    case CONTRAST -> ColourOperations.contrast(planes, (float) drawn.contrast());
                    case SATURATION -> ColourOperations.saturation(planes, (float) drawn.saturation());
                    case HUE -> ColourOperations.hue(planes, (float) drawn.hue());
                }
            }
            if (drawn.grayscale()) {
                seen.add("grayscale");
                ColourOperations.grayscale(planes);
            }
            if (drawn.blurSigma() > 0) {
                seen.add("blur");
                GaussianBlur.apply(planes, drawn.blurSigma());
            }
            if (drawn.solarize()) {
                seen.add("solarize");
                ColourOperations.solarize(planes, 128);
            }
            assertThat(augmenter.augment(recipe, picture, 3, 1, 5, view).rgb())
                    .isEqualTo(planes.toPicture().rgb());
        }
        assertThat(seen).hasSize(7);
    }

    /** Returns a recipe for views of 16 pixels without normalisation. */
    private static PictureViewRecipe recipe(double minScale, double maxScale, double grayscale) {
        return new PictureViewRecipe(
                16,
                minScale,
                maxScale,
                1.0,
                1.0,
                Interpolation.BILINEAR,
                0.0,
                1.0,
                0.4,
                0.4,
                0.4,
                0.1,
                grayscale,
                0.0,
                0.1,
                2.0,
                0.0,
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0));
    }
}
