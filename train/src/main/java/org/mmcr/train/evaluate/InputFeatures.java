package org.mmcr.train.evaluate;

import java.util.Collections;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.VectorSource;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.train.encoder.Precision;

/**
 * The prepared samples as features: normalised pixels (S * S * 3) or standardised columns, the baseline of an encoder;
 * or columns that are features already.
 */
public record InputFeatures(EvaluationView view) implements FeatureModel {
    /** The columns of a table as they are, for features that another program or {@code mmcr embed} computed. */
    public static InputFeatures unchanged(VectorSource table) {
        return new InputFeatures(new VectorEvaluationView(new ColumnStatistics(
                table.columnNames(),
                Collections.nCopies(table.columns(), 0.0),
                Collections.nCopies(table.columns(), 1.0))));
    }

    @Override
    public int width() {
        return view.shape().length();
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public Tensor apply(Tensor x) {
        // Pictures are channels-last in memory, so that this is a view of the rows that were written.
        return x.dim() == 4 ? x.permute(0, 2, 3, 1).reshape(x.size(0), width()) : x;
    }
}
