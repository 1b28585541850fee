package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.analysis.capacity.SeededRandom.Purpose;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;

/**
 * Some pictures of each class.
 *
 * @param names of the classes that have pictures
 * @param pictures indices into the data, class by class
 * @param ends where each class ends in them
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
record LabelledSample(List<String> names, int[] pictures, int[] ends) {
    /** At most {@code most} pictures of each class. */
    static LabelledSample of(DataSource data, int most, long seed) {
        List<List<Integer>> members = new ArrayList<>();
        data.classNames().forEach(name -> members.add(new ArrayList<>()));
        for (int i = 0; i < data.size(); i++) {
            int picture = i;
            data.label(i).ifPresent(label -> members.get(label).add(picture));
        }
        List<String> names = new ArrayList<>();
        List<Integer> pictures = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (int label = 0; label < members.size(); label++) {
            List<Integer> all = members.get(label);
            if (!all.isEmpty()) {
                for (int chosen :
                        SeededRandom.some(all.size(), most, SeededRandom.generator(seed, Purpose.POINTS, label))) {
                    pictures.add(all.get(chosen));
                }
                names.add(data.classNames().get(label));
                ends.add(pictures.size());
            }
        }
        if (names.size() < 2) {
            throw new MmcrException("expected labelled pictures of at least 2 classes in " + data.location()
                    + ", found " + names.size() + "; give one folder for each class, or a labelled format");
        }
        return new LabelledSample(names, array(pictures), array(ends));
    }

    private static int[] array(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    int size() {
        return pictures.length;
    }
}
