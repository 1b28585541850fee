package org.mmcr.data.views;

import org.mmcr.data.Picture;

/**
 * Crops and resizes uint8 pictures to float planes, optionally flipped, in one pass over the source rows. Rows are
 * blended first: that loop runs over contiguous floats and leaves fewer rows for the columns. Holds tables and
 * scratch memory; not thread-safe.
 */
final class Resampler {
    /** Longest side of a box whose table is cached; a table of a longer one is cheap beside its pixels. */
    private static final int CACHED_INPUT = 512;

    private ResampleAxis[] tables = new ResampleAxis[0];
    private ResampleAxis[] mirrored = new ResampleAxis[0];
    private Interpolation tableFilter = Interpolation.BILINEAR;
    private int tableSide;
    private float[] ring = new float[0];
    private float[] row = new float[0];

    /** Resizes {@code box} to the size of {@code target}. */
    void resize(Picture picture, CropBox box, Interpolation filter, boolean flip, PlanarPicture target) {
        ResampleAxis rows = table(filter, box.height(), target.height, false);
        ResampleAxis columns = table(filter, box.width(), target.width, flip);
        resize(picture, box, rows, columns, filter == Interpolation.BICUBIC, target);
    }

    /** Resizes {@code box} by the two tables; {@code clamp} clamps the overshoot of a filter to 0..255. */
    void resize(
            Picture picture,
            CropBox box,
            ResampleAxis rows,
            ResampleAxis columns,
            boolean clamp,
            PlanarPicture target) {
        int length = 3 * box.width();
        reserve(rows.taps * length, length);
        int converted = 0;
        for (int y = 0; y < target.height; y++) {
            int wanted = rows.start[y] + rows.taps;
            converted = Math.max(converted, rows.start[y]);
            for (; converted < wanted; converted++) {
                int source = 3 * ((box.top() + converted) * picture.width() + box.left());
                toFloat(picture.rgb(), source, ring, converted % rows.taps * length, length);
            }
            blendRows(rows, y, length);
            if (clamp) {
                ColourOperations.toLevels(row, length);
            }
            if (columns.taps == 2) {
                blendTwoColumns(columns, target, y * target.width);
            } else {
                blendColumns(columns, target, y * target.width);
            }
        }
        ColourOperations.toLevels(target);
    }

    private void reserve(int ringLength, int rowLength) {
        if (ring.length < ringLength) {
            ring = new float[ringLength];
        }
        if (row.length < rowLength) {
            row = new float[rowLength];
        }
    }

    private static void toFloat(byte[] source, int from, float[] target, int to, int length) {
        for (int i = 0; i < length; i++) {
            target[to + i] = source[from + i] & 0xFF;
        }
    }

    private void blendRows(ResampleAxis rows, int y, int length) {
        int taps = rows.taps;
        int first = rows.start[y];
        if (taps == 1) {
            scaleRow(ring, first % taps * length, rows.weight[y], row, length);
            return;
        }
        int w = y * taps;
        addTwoRows(
                ring,
                first % taps * length,
                rows.weight[w],
                (first + 1) % taps * length,
                rows.weight[w + 1],
                row,
                length);
        for (int k = 2; k < taps; k++) {
            addRow(ring, (first + k) % taps * length, rows.weight[w + k], row, length);
        }
    }

    private static void scaleRow(float[] source, int from, float weight, float[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = weight * source[from + i];
        }
    }

    private static void addTwoRows(
            float[] source, int from, float weight, int from2, float weight2, float[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = weight * source[from + i] + weight2 * source[from2 + i];
        }
    }

    private static void addRow(float[] source, int from, float weight, float[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] += weight * source[from + i];
        }
    }

    private void blendTwoColumns(ResampleAxis columns, PlanarPicture target, int to) {
        float[] source = row;
        float[] red = target.red;
        float[] green = target.green;
        float[] blue = target.blue;
        int[] start = columns.start;
        float[] weight = columns.weight;
        for (int x = 0; x < start.length; x++) {
            int s = 3 * start[x];
            float a = weight[2 * x];
            float b = weight[2 * x + 1];
            red[to + x] = a * source[s] + b * source[s + 3];
            green[to + x] = a * source[s + 1] + b * source[s + 4];
            blue[to + x] = a * source[s + 2] + b * source[s + 5];
        }
    }

    private void blendColumns(ResampleAxis columns, PlanarPicture target, int to) {
        float[] source = row;
        int taps = columns.taps;
        for (int x = 0; x < columns.start.length; x++) {
            int s = 3 * columns.start[x];
            float r = 0.0f;
            float g = 0.0f;
            float b = 0.0f;
            for (int k = x * taps; k < x * taps + taps; k++, s += 3) {
                float w = columns.weight[k];
                r += w * source[s];
                g += w * source[s + 1];
                b += w * source[s + 2];
            }
            target.red[to + x] = r;
            target.green[to + x] = g;
            target.blue[to + x] = b;
        }
    }

    private ResampleAxis table(Interpolation filter, int input, int side, boolean flip) {
        if (side != tableSide || filter != tableFilter) {
            tables = new ResampleAxis[CACHED_INPUT + 1];
            mirrored = new ResampleAxis[CACHED_INPUT + 1];
            tableSide = side;
            tableFilter = filter;
        }
        ResampleAxis[] kept = flip ? mirrored : tables;
        if (input <= CACHED_INPUT && kept[input] != null) {
            return kept[input];
        }
        ResampleAxis made = ResampleAxis.of(filter, input, side, 0, side);
        ResampleAxis table = flip ? made.reversed() : made;
        if (input <= CACHED_INPUT) {
            kept[input] = table;
        }
        return table;
    }
}
