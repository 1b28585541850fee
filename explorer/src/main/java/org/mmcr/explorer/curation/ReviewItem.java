package org.mmcr.explorer.curation;

import org.mmcr.analysis.curate.CurationRow;

/**
 * A suggestion of a curation: one flag of one picture.
 *
 * @param item picture and flag
 * @param row of the picture
 */
public record ReviewItem(ReviewAction.Item item, CurationRow row) {
    /** Returns how sure the curation is, 0 to 1; 1 for a broken picture. */
    public double score() {
        return switch (item.flag()) {
            case CurationRow.DUPLICATE -> row.duplicateScore();
            case CurationRow.OUTLIER -> row.outlier();
            case CurationRow.LABEL -> row.labelIssue();
            default -> 1;
        };
    }
}
