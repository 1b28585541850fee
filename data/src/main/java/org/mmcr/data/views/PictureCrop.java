package org.mmcr.data.views;

import java.util.List;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;

/**
 * An evaluation view cut out somewhere else than the centre.
 *
 * @param whole how the picture is resized and normalised
 * @param down 0 at the top edge, 0.5 in the middle, 1 at the bottom edge
 * @param across the same from left to right
 * @param mirrored left for right
 */
public record PictureCrop(PictureEvaluationView whole, double down, double across, boolean mirrored)
        implements EvaluationView {
    /** The most crops there are: centre and corners, each as it is and mirrored. */
    public static final int MOST = 10;

    /**
     * Views whose features are averaged (Krizhevsky et al. 2012): the centre, its mirror image, then the corners, every other
     * one mirrored, then the same the other way round. Where the centre is nearly everything, the corners are taken of the
     * picture resized to 8/7 of the view.
     *
     * @param count 1 to {@value #MOST}
     */
    public static List<EvaluationView> of(PictureEvaluationView view, int count) {
        if (count < 1 || count > MOST) {
            throw new MmcrException("expected 1 to " + MOST + " crops, found " + count
                    + "; centre and corners and their mirror images are all there are");
        }
        PictureEvaluationView corners = new PictureEvaluationView(
                Math.max(view.resize(), Math.round(view.size() * 8 / 7.0f)),
                view.size(),
                view.interpolation(),
                view.mean(),
                view.std());
        return Stream.<EvaluationView>of(
                        view,
                        new PictureCrop(view, 0.5, 0.5, true),
                        new PictureCrop(corners, 0, 0, false),
                        new PictureCrop(corners, 1, 1, true),
                        new PictureCrop(corners, 0, 1, false),
                        new PictureCrop(corners, 1, 0, true),
                        new PictureCrop(corners, 1, 1, false),
                        new PictureCrop(corners, 0, 0, true),
                        new PictureCrop(corners, 1, 0, false),
                        new PictureCrop(corners, 0, 1, true))
                .limit(count)
                .toList();
    }

    @Override
    public ViewShape shape() {
        return whole.shape();
    }

    @Override
    public Writer of(DataSource data) {
        return whole.writer(data, down, across, mirrored);
    }
}
