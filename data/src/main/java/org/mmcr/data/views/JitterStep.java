package org.mmcr.data.views;

import java.util.ArrayList;
import java.util.List;

/** The four operations of the colour jitter. */
enum JitterStep {
    BRIGHTNESS,
    CONTRAST,
    SATURATION,
    HUE;

    /** The 24 orders in which they are applied, each equally likely. */
    static final List<List<JitterStep>> ORDERS = permutations(List.of(values()));

    private static List<List<JitterStep>> permutations(List<JitterStep> steps) {
        if (steps.isEmpty()) {
            return List.of(List.of());
        }
        List<List<JitterStep>> all = new ArrayList<>();
        for (JitterStep first : steps) {
            List<JitterStep> others = steps.stream().filter(s -> s != first).toList();
            for (List<JitterStep> rest : permutations(others)) {
                List<JitterStep> order = new ArrayList<>(steps.size());
                order.add(first);
                order.addAll(rest);
                all.add(List.copyOf(order));
            }
        }
        return List.copyOf(all);
    }
}
