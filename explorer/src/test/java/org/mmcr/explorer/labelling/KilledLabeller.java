package org.mmcr.explorer.labelling;

import java.nio.file.Path;
import java.util.List;
import org.mmcr.data.Picture;
import org.mmcr.data.TestPictures;

/** A program that labels picture after picture and says of each that it is kept, until it is killed. */
final class KilledLabeller {
    static final int PICTURES = 100_000;

    private KilledLabeller() {}

    /** Returns grey pictures named p0, p1, ... */
    static TestPictures pictures(int size) {
        return TestPictures.of(size, index -> new Picture(1, 1, new byte[3])).withNames(index -> "p" + index);
    }

    @SuppressWarnings("SystemOut") // read by the test
    public static void main(String[] arguments) {
        try (LabelStore store = LabelStore.open(Path.of(arguments[0]), pictures(PICTURES))) {
            int next = store.labels().size();
            while (next < PICTURES) {
                store.apply(new LabelAction.Assign(List.of("p" + next), "kind " + next % 3, false));
                System.out.println(next);
                next++;
            }
        }
    }
}
