package org.mmcr.objective;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.GramRoot;
import org.mmcr.objective.linalg.PolarFactor;
import org.mmcr.objective.linalg.SingularValues;

/** The matrix of centroids of a batch in parts, held as its smaller side allows; gives each part its rows of the polar factor. */
abstract sealed class PartedCentroids {

    /** Figures of the whole matrix. */
    record Spectrum(double nuclearNorm, double squaredNorm, double effectiveRank) {}

    /** rows (n, D) float64, the centroids of this process's samples from {@code first} on. */
    abstract void add(long first, Tensor rows);

    /** Exchanges with the peers and decomposes; what is kept takes the place of the sums, in the scope where they were made. */
    abstract Spectrum settle(Communicator peers);

    /** The polar factor's rows for centroids that were added: (n, D) float64. */
    abstract Tensor polar(long first, Tensor rows);

    private static Tensor zeros(long rows, long columns) {
        return torch.zeros(new long[] {rows, columns}, new TensorOptions(ScalarType.Double));
    }

    /** At least as many samples as dimensions: the Gram matrix, of which the lower triangle travels. */
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
        Spectrum settle(Communicator peers) {
            if (peers.size() > 1) {
                Tensor lower = torch.ones_like(square).tril().to(ScalarType.Bool);
                Tensor packed = square.masked_select(lower);
                peers.sum(packed);
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

    /** Fewer samples than dimensions: the centroids themselves. */
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
        Spectrum settle(Communicator peers) {
            PolarFactor whole = PolarFactor.ofRounded(peers.gather(own));
            own.copy_(whole.polar().narrow(0, own.size(0) * peers.rank(), own.size(0)));
            return new Spectrum(whole.nuclearNorm(), whole.squaredNorm(), whole.effectiveRank());
        }

        @Override
        Tensor polar(long first, Tensor rows) {
            return own.narrow(0, first, rows.size(0));
        }
    }
}
