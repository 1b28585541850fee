package org.mmcr.simulations.sphere;

import java.util.Locale;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** An arrangement of the views before the first step. */
public enum Start {
    /** All views close to one point; at the point itself the gradient is zero. */
    COLLAPSED {
        @Override
        Tensor draw(Settings s, GeneratorOptional random) {
            return normal(random, 1, 1, s.dimension())
                    .div_(new Scalar(Math.sqrt(s.dimension())))
                    .add(normal(random, s.points(), s.views(), s.dimension()).mul_(new Scalar(HAIR)));
        }
    },
    /** Samples in three clusters, the views of a sample close to each other. */
    CLUSTERED {
        @Override
        Tensor draw(Settings s, GeneratorOptional random) {
            Tensor bunches = normal(random, BUNCHES, 1, s.dimension());
            Tensor samples = normal(random, s.points(), 1, s.dimension()).mul_(new Scalar(NEAR));
            Tensor views = normal(random, s.points(), s.views(), s.dimension()).mul_(new Scalar(NEAR));
            long[] rounds = {(s.points() + BUNCHES - 1) / BUNCHES, 1, 1};
            return bunches.repeat(rounds).narrow(0, 0, s.points()).add(samples).add(views);
        }
    },
    /** Independent uniform views. */
    RANDOM {
        @Override
        Tensor draw(Settings s, GeneratorOptional random) {
            return normal(random, s.points(), s.views(), s.dimension());
        }
    };

    private static final double HAIR = 1e-3;
    private static final double NEAR = 0.2;
    private static final int BUNCHES = 3;

    /** Draws (N, K, D) float64, not yet normalised. */
    abstract Tensor draw(Settings settings, GeneratorOptional random);

    /** Name in lower case, for tables and file names. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Tensor normal(GeneratorOptional random, long... shape) {
        return torch.zeros(shape, new TensorOptions(ScalarType.Double)).normal_(0, 1, random);
    }
}
