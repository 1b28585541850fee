package org.mmcr.cli;

import java.nio.file.Path;
import java.util.List;

/** Arguments of commands that train several small networks in seconds. */
final class ShortCommands {
    private ShortCommands() {}

    /** {@code compare} of one objective and seed. */
    static List<Object> compare(Path pictures, Path recipe, int steps, Path out) {
        return List.of(
                "compare",
                pictures,
                "--test",
                pictures,
                "--objectives",
                "mmcr",
                "--recipe",
                recipe,
                "--steps",
                steps,
                "--seeds",
                1,
                "--out",
                out);
    }

    /** {@code plan} of a few trials of two seconds together. */
    static List<Object> plan(Path data, Path recipe, Path out) {
        return List.of("plan", data, "--minutes", 0.4, "--recipe", recipe, "--candidates", 3, "--out", out);
    }

    /** {@code study threshold} with a grid of two by two. */
    static List<Object> threshold(Path pictures, Path recipe, Path out) {
        return List.of(
                "study",
                "threshold",
                pictures,
                "--recipe",
                recipe,
                "--samples",
                "4,8",
                "--dimensions",
                "3,6",
                "--views",
                2,
                "--repeats",
                1,
                "--training-views",
                64,
                "--out",
                out);
    }

    /** {@code finetune} with half of the labels and without tuning. */
    static List<Object> finetune(Path run, Path pictures, int draws, int epochs, Path out) {
        return List.of(
                "finetune",
                run,
                "--train",
                pictures,
                "--test",
                pictures,
                "--labels",
                "50%",
                "--draws",
                draws,
                "--tune",
                0,
                "--epochs",
                epochs,
                "--out",
                out);
    }
}
