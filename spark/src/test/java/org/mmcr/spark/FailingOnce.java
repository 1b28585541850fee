package org.mmcr.spark;

import java.util.Iterator;
import org.apache.spark.TaskContext;

/** Pictures of a task whose first attempt fails after a few. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FailingOnce(Iterator<EncodedPicture> pictures, int[] left) implements Iterator<EncodedPicture> {
    FailingOnce(Iterator<EncodedPicture> pictures, int after) {
        this(pictures, new int[] {after});
    }

    @Override
    public boolean hasNext() {
        return pictures.hasNext();
    }

    @Override
    public EncodedPicture next() {
        if (TaskContext.get().attemptNumber() == 0 && left[0]-- == 0) {
            throw new IllegalStateException("the first attempt fails, as intended by the test");
        }
        return pictures.next();
    }
}
