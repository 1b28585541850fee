package org.mmcr.analysis.embeddings;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.RowNormalization;

/** Normalises embeddings to views on the unit sphere; an error names a row that has no direction. */
final class UnitViews {
    private UnitViews() {}

    /** (N*K, D) of any scale -> (N, K, D) float64, rows of length 1. */
    static Tensor of(Tensor embeddings, int views) {
        if (views < 1) {
            throw new MmcrException("expected at least 1 view of each sample, found " + views
                    + "; give the number of adjacent rows that show one sample");
        }
        if (embeddings.size(0) == 0 || embeddings.size(0) % views != 0) {
            throw new MmcrException("expected a positive multiple of " + views + " rows, found " + embeddings.size(0)
                    + "; pass all views of every sample, sample by sample");
        }
        if (embeddings.size(1) < 2) {
            throw new MmcrException("expected at least 2 dimensions, found " + embeddings.size(1)
                    + "; on a line unit vectors are two points and carry no geometry");
        }
        Tensor accurate = embeddings.detach().to(ScalarType.Double);
        Tensor largest = accurate.abs().amax(new long[] {1}, true);
        Tensor usable = largest.gt(new Scalar(0)).logical_and(torch.isfinite(largest));
        if (!usable.all().item_bool()) {
            long row =
                    usable.logical_not().to(ScalarType.Byte).flatten().argmax().item_long();
            boolean zeros = largest.flatten().select(0, row).item_double() == 0;
            throw new MmcrException("expected finite embeddings with a direction, found "
                    + (zeros ? "only zeros" : "a value that is NaN or infinite") + " in row " + row + " (sample "
                    + row / views + ", view " + row % views + "); remove the sample or embed it again");
        }
        return RowNormalization.of(accurate).view(-1, views, embeddings.size(1));
    }
}
