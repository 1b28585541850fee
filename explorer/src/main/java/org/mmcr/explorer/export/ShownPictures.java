package org.mmcr.explorer.export;

import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.filter.PictureField;

/**
 * Some pictures of a data set.
 *
 * @param data all pictures
 * @param fields of the pictures, by their index in the data
 * @param indices of the pictures in the data
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ShownPictures(PictureSource data, List<PictureField> fields, int[] indices) {
    /**
     * @throws MmcrException if there are none
     */
    public ShownPictures {
        if (indices.length == 0) {
            throw new MmcrException("expected pictures to save, found none; change the filter so that it shows some");
        }
    }

    int size() {
        return indices.length;
    }
}
