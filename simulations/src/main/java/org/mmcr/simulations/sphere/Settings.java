package org.mmcr.simulations.sphere;

import org.mmcr.core.MmcrException;

/**
 * Settings of the simulation.
 *
 * @param points number of samples N
 * @param views number of views K per sample
 * @param dimension dimension D; the drawings of the sphere need 3
 * @param steps number of gradient descent steps
 * @param learningRate step size relative to the sphere's radius times sqrt(max(1, N / D)), which suits every size
 * @param seed seed of the starts
 */
public record Settings(int points, int views, int dimension, int steps, double learningRate, long seed) {
    public Settings {
        require(points >= 2, "at least 2 points", points);
        require(views >= 1, "at least 1 view", views);
        require(dimension >= 2, "at least 2 dimensions", dimension);
        require(steps >= 2, "at least 2 steps", steps);
        require(learningRate > 0 && learningRate <= 1, "a learning rate above 0 and at most 1", learningRate);
    }

    /** Thirty points with four views each on the sphere in three dimensions. */
    public static Settings standard(long seed) {
        return new Settings(30, 4, 3, 400, 0.1, seed);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new MmcrException("expected " + expected + ", found " + found + "; change it");
        }
    }
}
