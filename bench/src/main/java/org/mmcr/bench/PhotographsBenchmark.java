package org.mmcr.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureDecoder;
import org.mmcr.data.views.PictureAugmenter;
import org.mmcr.data.views.PictureViewRecipe;

/**
 * Measures the photographs per second on one thread, from JPEG files in memory to two ImageNet views of 224 pixels each
 * as normalised floats. Usage: {@code mmcr bench photographs FOLDER SECONDS REPEATS}. {@code bench/photographs.sh} runs
 * it beside torchvision on the same files.
 */
public final class PhotographsBenchmark implements Benchmark {
    private static final double WARM_UP_SECONDS = 5.0;

    @Override
    public String name() {
        return "photographs";
    }

    @Override
    public String summary() {
        return "photographs a second from JPEG to two ImageNet views: FOLDER SECONDS REPEATS";
    }

    /**
     * The rates on one thread.
     *
     * @param perSecond photographs a second of each repeat
     * @param median of the repeats
     * @param decoding fraction of the time that decoding takes
     */
    record Result(List<Double> perSecond, double median, double decoding) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.size() != 3) {
            throw new UsageException("expected FOLDER SECONDS REPEATS, found " + arguments.size() + " arguments");
        }
        try (Stream<Path> paths = Files.list(Path.of(arguments.get(0)))) {
            List<byte[]> files = new ArrayList<>();
            for (Path path : paths.sorted().toList()) {
                files.add(Files.readAllBytes(path));
            }
            return new Loop(files)
                    .measured(Double.parseDouble(arguments.get(1)), Integer.parseInt(arguments.get(2)), progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decodes and augments the photographs in turn. */
    private static final class Loop {
        private final List<byte[]> files;
        private final PictureDecoder decoder = new PictureDecoder();
        private final PictureAugmenter augmenter = new PictureAugmenter();
        private final List<PictureViewRecipe> recipes =
                List.of(PictureViewRecipe.imagenetA(), PictureViewRecipe.imagenetB());
        private final FloatBuffer view = ByteBuffer.allocateDirect(3 * 224 * 224 * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        private long done;
        private long decoding;

        Loop(List<byte[]> files) {
            this.files = files;
        }

        Result measured(double seconds, int repeats, Consumer<String> progress) throws IOException {
            perSecond(WARM_UP_SECONDS);
            decoding = 0;
            long start = System.nanoTime();
            List<Double> rates = new ArrayList<>();
            for (int i = 0; i < repeats; i++) {
                rates.add(perSecond(seconds));
                progress.accept(String.format(Locale.ROOT, "repeat %d: %.1f photographs/s", i + 1, rates.get(i)));
            }
            double share = (double) decoding / (System.nanoTime() - start);
            return new Result(rates, rates.stream().sorted().toList().get(repeats / 2), share);
        }

        private double perSecond(double seconds) throws IOException {
            long start = System.nanoTime();
            long before = done;
            long now = start;
            while (now < start + seconds * 1e9) {
                int sample = (int) (done % files.size());
                int epoch = (int) (done / files.size());
                long began = System.nanoTime();
                Picture picture = decoder.decode(files.get(sample));
                decoding += System.nanoTime() - began;
                for (int k = 0; k < recipes.size(); k++) {
                    augmenter.augment(recipes.get(k), picture, 1L, epoch, sample, k, view, 0);
                }
                done++;
                now = System.nanoTime();
            }
            return (done - before) / ((now - start) / 1e9);
        }
    }
}
