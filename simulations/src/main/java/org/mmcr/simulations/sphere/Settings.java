package org.mmcr.simulations.sphere;

import org.mmcr.core.MmcrException;

/**
 * What to move and how.
 *
 * @param points samples N
 * @param views views K of each
 * @param dimension D; the pictures of the sphere need 3
 * @param steps steps of gradient descent
 * @param learningRate step size, relative to the sphere's radius times sqrt(max(1, N / D)) so that it suits every size
 * @param seed of the starts
 */
public record Settings(int points, int views, int dimension, int steps, double learningRate, long seed) {
    public Settings {
        require(points >= 2, "at least 2 points", points);
        require(views >= 1, "at least 1 view", views);
        require(dimension >= 2, "at least 2 dimensions", dimension);
        require(steps >= 2, "at least 2 steps", steps);
        require(learningRate > 0 && learningRate <= 1, "a learning rate above 0 and at most 1", learningRate);
    }

    /** Thirty points of four views on the ordinary sphere. */
    public static Settings standard(long seed) {
        return new Settings(30, 4, 3, 400, 0.1, seed);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new MmcrException("expected " + expected + ", found " + found);
        }
    }
}
