package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/** The settings a score was reached with; written beside it. */
@API(status = API.Status.STABLE)
public sealed interface ProtocolSettings {

    /**
     * Weighted nearest neighbours.
     *
     * @param k neighbours that voted, never more than the bank holds
     * @param requestedK neighbours asked for
     * @param temperature T in the vote exp(cosine similarity / T)
     * @param bank rows that could be neighbours
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Knn(int k, int requestedK, double temperature, int bank) implements ProtocolSettings {}

    /**
     * Multinomial logistic regression on standardised features.
     *
     * @param l2 chosen strength of (l2 / 2) |weights|^2 beside the mean negative log-likelihood; biases are free
     * @param validationTop1 accuracy of that strength on the held-out part of the training data; empty when it was too
     *     small to hold anything out
     * @param validationRows size of that part
     * @param train rows of the final fit
     * @param iterations L-BFGS iterations of the final fit
     * @param totalIterations the same over the whole regularisation path
     * @param gradientMaxNorm largest absolute entry of the objective's gradient where the final fit stopped
     * @param stop why it stopped: {@code converged}, {@code iteration_limit} or {@code no_progress} (rounding)
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Linear(
            double l2,
            OptionalDouble validationTop1,
            int validationRows,
            int train,
            int iterations,
            int totalIterations,
            double gradientMaxNorm,
            String stop)
            implements ProtocolSettings {}
}
