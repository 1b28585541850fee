package org.mmcr.explorer.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.data.PictureSource;
import org.mmcr.report.page.SpriteSheet;
import org.mmcr.report.page.Thumbnails;

/**
 * The thumbnails of pictures in a few sprite sheets, each of {@code columns} rows and columns; the last may have fewer
 * rows.
 *
 * @param side of a thumbnail, pixels
 * @param columns of a sheet
 * @param images the sheets as data URIs
 */
record ThumbnailSheets(int side, int columns, List<String> images) {
    /** Sides of thumbnails; the largest is taken whose thumbnails have {@link #MOST_PIXELS} together. */
    private static final int[] SIDES = {96, 64, 48, 32, 24};
    /** About 4 to 10 MB in the page. */
    private static final int MOST_PIXELS = 1 << 24;
    /** Side of a sheet; browsers keep a whole sheet decoded. */
    private static final int SHEET = 2048;

    /** The number of pictures up to which there are thumbnails. */
    static final int MOST_PICTURES = MOST_PIXELS / (24 * 24);

    /** Returns the side of the thumbnails of some pictures; empty if there are too many. */
    static Optional<Integer> side(int pictures) {
        return Arrays.stream(SIDES)
                .filter(side -> (long) pictures * side * side <= MOST_PIXELS)
                .boxed()
                .findFirst();
    }

    /** Returns the thumbnails of some pictures; empty if there are too many. */
    static Optional<ThumbnailSheets> of(PictureSource data, int[] pictures) {
        return side(pictures.length).map(side -> of(data, pictures, side));
    }

    private static ThumbnailSheets of(PictureSource data, int[] pictures, int side) {
        int columns = Math.min(SHEET / side, (int) Math.ceil(Math.sqrt(pictures.length)));
        List<String> images = new ArrayList<>();
        for (int first = 0; first < pictures.length; first += columns * columns) {
            List<int[]> tiles = IntStream.range(first, Math.min(pictures.length, first + columns * columns))
                    .parallel()
                    .mapToObj(i -> Thumbnails.of(data.picture(pictures[i]), side))
                    .toList();
            images.add(SpriteSheet.of(tiles, side, columns).image());
        }
        return new ThumbnailSheets(side, columns, List.copyOf(images));
    }
}
