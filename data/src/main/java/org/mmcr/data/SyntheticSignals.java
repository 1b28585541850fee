package org.mmcr.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Synthetic windows of a three-axis sensor, ten activities: 32 time steps of each axis in 96 columns. An activity is
 * a rhythm of two harmonics with amplitudes and phases of its own for each axis. Nuisance variables are the window's
 * start, its gain exp(0.3 g), the offset of each axis, and noise of half a signal's standard deviation. The file is a
 * function of the seed.
 */
public final class SyntheticSignals {
    /** Number of axes; the columns of an axis are adjacent. */
    public static final int AXES = 3;

    private static final int STEPS = 32;
    private static final int ACTIVITIES = 10;
    /** The activities are the same for every seed of the rows. */
    private static final long ACTIVITY_SEED = 20;

    private static final double GAIN = 0.3;
    private static final double OFFSET = 0.3;
    private static final double NOISE = 0.35;

    private SyntheticSignals() {}

    /** Writes a CSV file with a column {@code label}. */
    public static void write(Path file, int perActivity, long seed) {
        double[][][] activities = activities();
        Random random = new Random(seed);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int axis = 0; axis < AXES; axis++) {
                for (int t = 0; t < STEPS; t++) {
                    out.write("xyz".charAt(axis) + String.valueOf(t) + ",");
                }
            }
            out.write("label\n");
            for (int row = 0; row < perActivity * ACTIVITIES; row++) {
                out.write(window(activities[row % ACTIVITIES], random) + "activity" + row % ACTIVITIES + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the number of cycles in a window, the amplitude and the phase of each activity, axis and harmonic. */
    private static double[][][] activities() {
        Random random = new Random(ACTIVITY_SEED);
        double[][][] all = new double[ACTIVITIES][AXES * 2][3];
        for (double[][] activity : all) {
            int cycles = 1 + random.nextInt(3);
            for (int part = 0; part < AXES * 2; part++) {
                double amplitude = part % 2 == 0 ? 1 : 0.6;
                activity[part][0] = part % 2 == 0 ? cycles : 2 * cycles;
                activity[part][1] = amplitude * (0.4 + random.nextDouble());
                activity[part][2] = 2 * Math.PI * random.nextDouble();
            }
        }
        return all;
    }

    private static String window(double[][] activity, Random random) {
        StringBuilder line = new StringBuilder();
        double start = random.nextDouble();
        double gain = Math.exp(GAIN * random.nextGaussian());
        for (int axis = 0; axis < AXES; axis++) {
            double offset = OFFSET * random.nextGaussian();
            for (int t = 0; t < STEPS; t++) {
                double signal = offset;
                for (int part = 2 * axis; part < 2 * axis + 2; part++) {
                    double phase = 2 * Math.PI * activity[part][0] * (start + t / (double) STEPS);
                    signal += gain * activity[part][1] * Math.sin(phase + activity[part][2]);
                }
                line.append(String.format(Locale.ROOT, "%.4f,", signal + NOISE * random.nextGaussian()));
            }
        }
        return line.toString();
    }
}
