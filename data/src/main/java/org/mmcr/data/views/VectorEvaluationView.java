package org.mmcr.data.views;

import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSource;

/**
 * The evaluation view of a row: standardised by the statistics of the training data, missing values at the mean.
 *
 * @param columns statistics of the training data
 */
public record VectorEvaluationView(ColumnStatistics columns) implements EvaluationView {
    @Override
    public ViewShape shape() {
        return new ViewShape.Row(columns.count());
    }

    @Override
    public Writer of(DataSource data) {
        StandardisedVectors vectors = StandardisedVectors.of(data, columns);
        return (index, target, offset) -> {
            float[] row = new float[columns.count()];
            vectors.read(index, row);
            target.put(Math.toIntExact(offset), row);
        };
    }
}
