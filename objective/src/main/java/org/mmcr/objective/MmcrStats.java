package org.mmcr.objective;

import org.apiguardian.api.API;

/**
 * What one evaluation of the objective says besides its gradient. Every figure is computed in float64.
 *
 * @param loss the value that is minimised, {@code -nuclearNorm + localWeight * localNuclearNorm}
 * @param nuclearNorm sum of the singular values of the (N, D) matrix of centroids
 * @param localNuclearNorm mean over the N samples of the nuclear norm of the (K, D) matrix of its normalised views; 0 when
 *     the local weight is 0, because it is then not computed
 * @param upperBound largest nuclear norm possible at this (N, D), {@link org.mmcr.core.theory.MmcrBounds#upperBound}
 * @param percentError share of the bound that is missing, a fraction in 0..1
 * @param meanSquaredCentroidNorm mean over samples of |centroid|^2, in 0..1; 1 means that all views of a sample coincide
 * @param effectiveRank exp of the Shannon entropy of the singular values divided by their sum (Roy and Vetterli 2007), in
 *     1..min(N, D); 0 when every centroid is zero
 */
@API(status = API.Status.STABLE)
public record MmcrStats(
        double loss,
        double nuclearNorm,
        double localNuclearNorm,
        double upperBound,
        double percentError,
        double meanSquaredCentroidNorm,
        double effectiveRank) {}
