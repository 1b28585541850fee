package org.mmcr.data.views;

import java.util.List;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;

/**
 * An evaluation view with another crop than the centre.
 *
 * @param whole how the picture is resized and normalised
 * @param down vertical position of the crop: 0 at the top edge, 0.5 in the middle, 1 at the bottom edge
 * @param across horizontal position of the crop: 0 at the left edge, 1 at the right edge
 * @param mirrored whether the crop is mirrored left to right
 */
public record PictureCrop(PictureEvaluationView whole, double down, double across, boolean mirrored)
        implements EvaluationView {
    /** Largest number of crops: centre and four corners, each plain and mirrored. */
    public static final int MOST = 10;

    /**
     * Returns crops whose features are averaged (Krizhevsky et al. 2012): the centre, its mirror image, the four
     * corners, every other one mirrored, then the corners with the opposite mirroring. Corners are taken from the
     * picture resized to at least 8/7 of the view.
     *
     * @param count number of crops, 1 to {@value #MOST}
     * @throws MmcrException if there are not so many
     */
    public static List<EvaluationView> of(PictureEvaluationView view, int count) {
        if (count < 1 || count > MOST) {
            throw new MmcrException("expected 1 to " + MOST + " crops, found " + count
                    + "; the crops are the centre, the corners and their mirror images");
        }
        PictureEvaluationView corners =
                view.withSize(Math.max(view.resize(), Math.round(view.size() * 8 / 7.0f)), view.size());
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
