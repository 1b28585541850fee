package org.mmcr.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.mmcr.analysis.export.Preprocessing;
import org.mmcr.train.encoder.Architectures;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.finetune.FinetuneRecipe;

/** The values that the shell completes for options whose type does not state them. */
final class Candidates {
    private Candidates() {}

    /** Preparations of pictures. */
    static final class Preparations implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Preprocessing.names().iterator();
        }
    }

    /** Public names of networks. */
    static final class Networks implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Architectures.names().iterator();
        }
    }

    /** Augmentations of pictures. */
    static final class Augmentations implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("cifar", "stl", "imagenet-a", "imagenet-b").iterator();
        }
    }

    /** Recipes of fine-tuning. */
    static final class FinetuneRecipes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return FinetuneRecipe.names().iterator();
        }
    }

    /** Devices. */
    static final class Devices implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("auto", "cpu", "cuda", "mps").iterator();
        }
    }

    /** Precisions, as the help names them. */
    static final class Precisions implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Precision.values())
                    .map(one -> one.name().toLowerCase(Locale.ROOT))
                    .iterator();
        }
    }
}
