package org.mmcr.objective;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Rows of a matrix (R, D) brought to length 1, whatever their scale; a row whose entries are all below the smallest normal number
 * of its type counts as zero and stays zero.
 */
sealed interface UnitRows permits HostRows, TensorRows {
    /**
     * Normalises every row.
     *
     * @param which names the rows in an error, for instance "embeddings"
     * @param views rows per sample, for the error only
     * @throws NonFiniteEmbeddingException when an entry is NaN or infinite
     */
    static UnitRows of(Tensor matrix, String which, int views) {
        Optional<HostRows> small = HostRows.of(matrix);
        return small.isPresent() ? small.get() : TensorRows.of(matrix, which, views);
    }

    /** (R, D). */
    Tensor rows();

    /** (R / views, D): the mean of every {@code views} successive unit rows; opposite rows cancel to the last bit. */
    Tensor means(int views);

    /** pull (R / K, 1 or K, D): a gradient with respect to the unit rows, over {@code factor}. */
    Tangent across(Tensor pull, double factor);

    /**
     * A gradient with respect to the original rows: the part of the one with respect to the unit rows that lies across each of
     * them, over the length of the original row.
     *
     * @param gradient (R, D)
     * @param largest the longest part across a unit row relative to the longest pull; 1 where there is no pull
     */
    record Tangent(Tensor gradient, double largest) {
        /** squaredPull, squaredAcross: the largest ones. */
        static Tangent of(Tensor gradient, double squaredPull, double squaredAcross) {
            return new Tangent(gradient, squaredPull == 0 ? 1 : Math.sqrt(Math.max(0, squaredAcross) / squaredPull));
        }
    }
}
