package org.mmcr.objective;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/** Thrown if an embedding holds NaN or infinity, where the objective is undefined. */
@API(status = API.Status.STABLE)
public final class NonFiniteEmbeddingException extends MmcrException {
    private static final long serialVersionUID = 1L;

    private final long row;

    NonFiniteEmbeddingException(String which, long row, int views) {
        super("expected finite " + which + ", found NaN or infinity first in row " + row + " (sample " + row / views
                + ", view " + row % views + "); lower the learning rate or check that input");
        this.row = row;
    }

    /** Throws for the first row of (R, D) that holds NaN or an infinity, if there is one. */
    static void check(Tensor rows, String which, int views) {
        Tensor finite = torch.isfinite(rows).all(1);
        if (!finite.all().item_bool()) {
            long first = finite.logical_not().to(ScalarType.Byte).argmax().item_long();
            throw new NonFiniteEmbeddingException(which, first, views);
        }
    }

    /** The first bad row, counted from 0, sample-major: sample {@code row / views}, view {@code row % views}. */
    public long row() {
        return row;
    }
}
