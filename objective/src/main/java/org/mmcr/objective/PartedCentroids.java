package org.mmcr.objective;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.GramRoot;
import org.mmcr.objective.linalg.PolarFactor;
import org.mmcr.objective.linalg.SingularValues;

/**
 * The centroids of a batch in parts and their polar factor: their Gram matrix (D, D) from N = D on, otherwise
 * themselves.
 */
abstract sealed class PartedCentroids {

    /** Figures of the whole matrix. */
    record Spectrum(double nuclearNorm, double squaredNorm, double effectiveRank) {}

    /** rows (n, D) float64, the centroids of this process's samples from {@code first} on. */
    abstract void add(long first, Tensor rows);

    /** Exchanges data with the other processes and decomposes. The result replaces the sums, in their scope. */
    abstract Spectrum settle(Communicator communicator);

    /** The polar factor's rows for centroids that were added: (n, D) float64. */
    abstract Tensor polar(long first, Tensor rows);

    private static Tensor zeros(long rows, long columns) {
        return torch.zeros(new long[] {rows, columns}, new TensorOptions(ScalarType.Double));
    }

    /** For at least as many samples as dimensions: the Gram matrix, whose lower triangle is exchanged. */
    static final class Summed extends PartedCentroids {
        /** D x D: the Gram matrix, and once settled its inverse root. */
        private final Tensor square;

        Summed(long dimensions) {
            square = zeros(dimensions, dimensions);
        }

        @Override
        void add(long first, Tensor rows) {
            square.addmm_(rows.t(), rows);
        }

        @Override
        Spectrum settle(Communicator communicator) {
            if (communicator.size() > 1) {
                Tensor lower = torch.ones_like(square).tril().to(ScalarType.Bool);
                Tensor packed = square.masked_select(lower);
                communicator.sum(packed);
                square.masked_scatter_(lower, packed);
            }
            GramRoot root = GramRoot.of(square);
            square.copy_(root.inverseRoot());
            SingularValues values = root.singularValues();
            return new Spectrum(values.nuclearNorm(), values.squaredNorm(), values.effectiveRank());
        }

        @Override
        Tensor polar(long first, Tensor rows) {
            return torch.matmul(rows, square);
        }
    }

    /** For fewer samples than dimensions: the centroids themselves. */
    static final class Gathered extends PartedCentroids {
        /** This process's centroids, and once settled their rows of the polar factor. */
        private final Tensor own;

        Gathered(long samples, long dimensions) {
            own = zeros(samples, dimensions);
        }

        @Override
        void add(long first, Tensor rows) {
            own.narrow(0, first, rows.size(0)).copy_(rows);
        }

        @Override
        Spectrum settle(Communicator communicator) {
            PolarFactor whole = PolarFactor.ofRounded(communicator.gather(own));
            own.copy_(whole.polar().narrow(0, own.size(0) * communicator.rank(), own.size(0)));
            return new Spectrum(whole.nuclearNorm(), whole.squaredNorm(), whole.effectiveRank());
        }

        @Override
        Tensor polar(long first, Tensor rows) {
            return own.narrow(0, first, rows.size(0));
        }
    }
}
