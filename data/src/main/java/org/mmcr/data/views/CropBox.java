package org.mmcr.data.views;

/**
 * A rectangle of source pixels.
 *
 * @param top first row
 * @param left first column
 * @param height number of rows
 * @param width number of columns
 */
record CropBox(int top, int left, int height, int width) {
    /** Attempts before the centre crop is used, as in torchvision. */
    static final int ATTEMPTS = 10;

    /**
     * Draws a crop as torchvision's RandomResizedCrop does: uniform area, log-uniform ratio, ten attempts, then the
     * largest centred crop of an allowed ratio. Uses lanes {@code firstLane} .. {@code firstLane + 4 * ATTEMPTS - 1}.
     */
    static CropBox draw(PictureViewRecipe recipe, int height, int width, ViewRandom random, int firstLane) {
        double area = (double) height * width;
        double minLogRatio = Math.log(recipe.minRatio());
        double maxLogRatio = Math.log(recipe.maxRatio());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int lane = firstLane + 4 * attempt;
            double target = area * random.between(lane, recipe.minScale(), recipe.maxScale());
            double ratio = Math.exp(random.between(lane + 1, minLogRatio, maxLogRatio));
            int cropWidth = (int) Math.rint(Math.sqrt(target * ratio));
            int cropHeight = (int) Math.rint(Math.sqrt(target / ratio));
            if (cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height) {
                int top = random.below(lane + 2, height - cropHeight + 1);
                int left = random.below(lane + 3, width - cropWidth + 1);
                return new CropBox(top, left, cropHeight, cropWidth);
            }
        }
        return centre(recipe, height, width);
    }

    private static CropBox centre(PictureViewRecipe recipe, int height, int width) {
        double ratio = (double) width / height;
        int cropWidth = width;
        int cropHeight = height;
        if (ratio < recipe.minRatio()) {
            cropHeight = within(Math.rint(width / recipe.minRatio()), height);
        } else if (ratio > recipe.maxRatio()) {
            cropWidth = within(Math.rint(height * recipe.maxRatio()), width);
        }
        return new CropBox((height - cropHeight) / 2, (width - cropWidth) / 2, cropHeight, cropWidth);
    }

    private static int within(double length, int most) {
        return (int) Math.min(most, Math.max(1.0, length));
    }
}
