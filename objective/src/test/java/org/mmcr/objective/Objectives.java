package org.mmcr.objective;

import java.util.List;

/** The objectives beside MMCR, with their published settings. */
final class Objectives {
    private Objectives() {}

    static List<Objective> all() {
        return List.of(
                new SimClrLoss(0.5),
                new BarlowTwinsLoss(0.005),
                new VicRegLoss(25, 25, 1),
                new WmseLoss(1e-6),
                new AlignUniformLoss(1, 2),
                new LeJepaLoss(0.02, 32),
                new ClipLoss(0.2));
    }

    /** The objective of a reference case, such as {@code 32x2x16/simclr-0.5}. */
    static Objective ofReference(String name) {
        return switch (name.substring(name.indexOf('/') + 1)) {
            case "simclr-0.5" -> new SimClrLoss(0.5);
            case "simclr-0.1" -> new SimClrLoss(0.1);
            case "barlow" -> new BarlowTwinsLoss(0.005);
            case "vicreg" -> new VicRegLoss(25, 25, 1);
            case "align-uniform" -> new AlignUniformLoss(1, 2);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
