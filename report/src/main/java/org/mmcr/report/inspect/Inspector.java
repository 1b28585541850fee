package org.mmcr.report.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mmcr.core.Futures;
import org.mmcr.data.PictureSource;
import org.mmcr.train.evaluate.ProgressListener;

/** Reads every picture of a source once and summarises the source. */
public final class Inspector {
    private static final int BLOCK = 256;
    private static final int BROKEN = 20;
    private static final int SIZES = 10;
    private static final int EXAMPLES = 5;
    private static final int NAMES = 10;

    private final PictureSource source;
    private final Tally total = new Tally();
    private final Map<Tally.Digest, List<Integer>> picturesByDigest = new HashMap<>();

    private volatile boolean cancelled;

    private Inspector(PictureSource source) {
        this.source = source;
    }

    /** Inspects a source on a number of threads; the result does not depend on it. */
    public static Inspection inspect(PictureSource source, int threads, ProgressListener progress) {
        Inspector inspector = new Inspector(source);
        inspector.read(threads, progress);
        return inspector.document();
    }

    private record Block(int first, Tally tally, List<Tally.Digest> digests) {}

    private void read(int threads, ProgressListener progress) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "inspect");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Block>> blocks = IntStream.range(0, (source.size() + BLOCK - 1) / BLOCK)
                    .mapToObj(block -> pool.submit(() -> block(block * BLOCK)))
                    .toList();
            for (Future<Block> block : blocks) {
                Block read = Futures.await(block, source.location() + " was read");
                add(read);
                progress.done(Math.min(source.size(), read.first() + BLOCK));
            }
        } finally {
            // A flag, not an interrupt: an interrupt closes the file channel that all threads share.
            cancelled = true;
            pool.shutdown();
        }
    }

    private Block block(int first) {
        Tally tally = new Tally();
        List<Tally.Digest> digests = new ArrayList<>();
        for (int i = first; i < Math.min(source.size(), first + BLOCK) && !cancelled; i++) {
            digests.add(tally.add(source, i));
        }
        return new Block(first, tally, digests);
    }

    private void add(Block block) {
        total.add(block.tally());
        for (int i = 0; i < block.digests().size(); i++) {
            picturesByDigest
                    .computeIfAbsent(block.digests().get(i), digest -> new ArrayList<>(1))
                    .add(block.first() + i);
        }
    }

    private Inspection document() {
        Map<String, Integer> classes = new LinkedHashMap<>();
        source.classNames().forEach(name -> classes.put(name, 0));
        int unlabelled = 0;
        for (int i = 0; i < source.size(); i++) {
            String label = label(i);
            if (label.isEmpty()) {
                unlabelled++;
            } else {
                classes.merge(label, 1, Integer::sum);
            }
        }
        return new Inspection(
                source.location(),
                source.fingerprint(),
                source.size(),
                source.broken().size(),
                source.broken().stream()
                        .limit(BROKEN)
                        .map(broken -> new Inspection.Broken(broken.name(), broken.reason()))
                        .toList(),
                sizes(),
                commonest(total.modes, Function.identity(), Integer.MAX_VALUE),
                classes,
                unlabelled,
                IntStream.range(0, 3).mapToObj(total::mean).toList(),
                IntStream.range(0, 3).mapToObj(total::std).toList(),
                duplicates());
    }

    private String label(int index) {
        return source.label(index).stream()
                .mapToObj(source.classNames()::get)
                .findFirst()
                .orElse("");
    }

    private Inspection.Sizes sizes() {
        var heights = total.sizes.keySet().stream().mapToInt(Tally.Size::height).summaryStatistics();
        var widths = total.sizes.keySet().stream().mapToInt(Tally.Size::width).summaryStatistics();
        return new Inspection.Sizes(
                heights.getMin(),
                heights.getMax(),
                widths.getMin(),
                widths.getMax(),
                total.sizes.size(),
                commonest(total.sizes, size -> size.height() + " x " + size.width(), SIZES));
    }

    private static <K> Map<String, Integer> commonest(Map<K, Integer> counts, Function<K, String> name, int most) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<K, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(entry -> name.apply(entry.getKey())))
                .limit(most)
                .collect(Collectors.toMap(
                        entry -> name.apply(entry.getKey()), Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }

    private Inspection.Duplicates duplicates() {
        List<List<Integer>> groups = picturesByDigest.values().stream()
                .filter(group -> group.size() > 1)
                .sorted(Comparator.comparing((List<Integer> group) -> group.get(0)))
                .toList();
        return new Inspection.Duplicates(
                groups.size(),
                groups.stream().mapToInt(group -> group.size() - 1).sum(),
                (int) groups.stream()
                        .filter(group ->
                                group.stream().map(this::label).distinct().count() > 1)
                        .count(),
                groups.stream()
                        .limit(EXAMPLES)
                        .map(group ->
                                group.stream().limit(NAMES).map(source::name).toList())
                        .toList());
    }
}
