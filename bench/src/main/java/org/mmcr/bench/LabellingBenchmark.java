package org.mmcr.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.explorer.labelling.Head;
import org.mmcr.explorer.labelling.HeadFitter;
import org.mmcr.explorer.labelling.HeldOutAccuracy;
import org.mmcr.explorer.labelling.Labels;
import org.mmcr.explorer.labelling.Predictions;
import org.mmcr.explorer.labelling.Suggestion;
import org.mmcr.explorer.labelling.Suggestions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.InputFeatures;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * Simulates a user of the explorer's Label view who gives every label correctly, and measures accuracy on test
 * pictures over the number of labels: for the pictures that the page suggests, for random pictures, and for random
 * pictures with the same classifier on raw pixels. Usage: {@code mmcr bench labelling OUT.png RUN TRAIN TEST
 * [PICTURES [SEEDS]]}
 */
public final class LabellingBenchmark implements Benchmark {
    private static final int[] BUDGETS = {10, 20, 50, 100, 200, 500, 1000};
    /** Number of the page's suggestions; a simulated round adds at least a fifth of the labels, to save time. */
    private static final int ROUND = 10;

    @Override
    public String name() {
        return "labelling";
    }

    @Override
    public String summary() {
        return "accuracy over number of labels, guided and random: OUT.png RUN TRAIN TEST [PICTURES [SEEDS]]";
    }

    /**
     * A measurement.
     *
     * @param way how pictures were chosen, and on which features
     * @param seed seed of the user
     * @param labels number of labels
     * @param accuracy accuracy on all test pictures, 0..1
     * @param estimate the page's own estimate for guided labels, if it has one
     * @param fitSeconds seconds of fitting the classifier
     */
    public record Point(
            String way, int seed, int labels, double accuracy, Optional<HeldOutAccuracy> estimate, double fitSeconds) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws IOException {
        if (arguments.size() < 4) {
            throw new UsageException(
                    "expected OUT.png RUN TRAIN TEST [PICTURES [SEEDS]], found " + arguments.size() + " arguments");
        }
        int pictures = arguments.size() > 4 ? Integer.parseInt(arguments.get(4)) : 20_000;
        int seeds = arguments.size() > 5 ? Integer.parseInt(arguments.get(5)) : 5;
        TrainedModel model = TrainedModel.load(RunDirectory.open(Path.of(arguments.get(1))));
        List<Point> points = new ArrayList<>();
        try (DataSource all = DataSources.open(arguments.get(2), DataOptions.defaults());
                DataSource test = DataSources.open(arguments.get(3), DataOptions.defaults());
                DataSource train = DataSources.subset(all, some(all.size(), pictures));
                Side features = Side.of(model.features(), train, test);
                Side pixels = Side.of(new InputFeatures(model.view()), train, test)) {
            progress.accept(
                    "features and pixels are ready: " + train.size() + " pictures, " + test.size() + " to test");
            for (int seed = 0; seed < seeds; seed++) {
                points.addAll(new User("guided", seed, features).label());
                points.addAll(new User("random", seed, features).label());
                points.addAll(new User("random, raw pixels", seed, pixels).label());
                draw(Path.of(arguments.get(0)), points);
                progress.accept("seed " + seed + " done\n" + String.join("\n", table(points)));
            }
        }
        return Map.of("points", points, "table", table(points));
    }

    private static int[] some(int size, int wanted) {
        int[] order = new SplittableRandom(7)
                .ints(0, size)
                .distinct()
                .limit(Math.min(size, wanted))
                .toArray();
        Arrays.sort(order);
        return order;
    }

    /** The features that a user labels and is tested on. */
    private record Side(FeatureSet train, FeatureSet test, HeadFitter fitter) implements AutoCloseable {
        static Side of(FeatureModel model, DataSource train, DataSource test) {
            FeatureExtractor extractor =
                    new FeatureExtractor(model, 256, Runtime.getRuntime().availableProcessors());
            FeatureSet features = extractor.extract(train, ProgressListener.NONE);
            return new Side(
                    features, extractor.extract(test, ProgressListener.NONE), new HeadFitter(features.features()));
        }

        @Override
        public void close() {
            fitter.close();
            train.close();
            test.close();
        }
    }

    /** A simulated user. */
    private static final class User {
        private final String way;
        private final int seed;
        private final Side side;
        private final List<Integer> labelled = new ArrayList<>();
        private final BitSet random = new BitSet();
        private final SplittableRandom draws;
        private Optional<Predictions> predictions = Optional.empty();

        User(String way, int seed, Side side) {
            this.way = way;
            this.seed = seed;
            this.side = side;
            this.draws = new SplittableRandom(1000 + seed);
        }

        List<Point> label() {
            boolean guided = way.equals("guided");
            Suggestions suggestions = guided ? new Suggestions(side.train().features(), seed) : null;
            List<Point> points = new ArrayList<>();
            for (int budget : BUDGETS) {
                while (labelled.size() < budget) {
                    int round = Math.min(budget - labelled.size(), Math.max(ROUND, labelled.size() / 5));
                    if (suggestions != null) {
                        suggestions.next(labels(), predictions, round).forEach(this::answer);
                        if (labelled.size() < budget) {
                            fit();
                        }
                    } else {
                        draw(round);
                    }
                }
                Head head = fit();
                points.add(new Point(
                        way, seed, budget, accuracy(head), guided ? estimate() : Optional.empty(), head.seconds()));
            }
            return points;
        }

        private void answer(Suggestion suggestion) {
            labelled.add(suggestion.picture());
            random.set(suggestion.picture(), suggestion.reason() == Suggestion.Reason.RANDOM);
        }

        private void draw(int count) {
            for (int i = 0; i < count; i++) {
                int picture = draws.nextInt(side.train().size());
                while (labelled.contains(picture)) {
                    picture = draws.nextInt(side.train().size());
                }
                labelled.add(picture);
            }
        }

        private Labels labels() {
            int[] of = new int[side.train().size()];
            Arrays.fill(of, -1);
            labelled.forEach(picture -> of[picture] = side.train().labels()[picture]);
            List<String> names = side.train().classNames();
            int[] counts = new int[names.size()];
            labelled.forEach(picture -> counts[of[picture]]++);
            List<String> known = new ArrayList<>();
            for (int c = 0; c < counts.length; c++) {
                if (counts[c] > 0) {
                    known.add(names.get(c));
                }
            }
            List<Integer> sizes =
                    Arrays.stream(counts).filter(n -> n > 0).boxed().toList();
            int[] compact = Arrays.stream(of)
                    .map(label -> label < 0 ? -1 : known.indexOf(names.get(label)))
                    .toArray();
            return new Labels(labelled.size(), known, sizes, compact, random, Optional.empty(), Optional.empty());
        }

        private Head fit() {
            int[] rows = labelled.stream().mapToInt(Integer::intValue).toArray();
            int[] classes =
                    Arrays.stream(rows).map(row -> side.train().labels()[row]).toArray();
            Head head = side.fitter().fit(rows, classes, side.train().classNames());
            if (way.equals("guided")) {
                predictions = Optional.of(head.predict(side.train().features()));
            }
            return head;
        }

        private double accuracy(Head head) {
            Tensor features = side.test().features();
            int[] predicted = head.model().predict(features);
            int correct = 0;
            for (int i = 0; i < predicted.length; i++) {
                correct += predicted[i] == side.test().labels()[i] ? 1 : 0;
            }
            return (double) correct / predicted.length;
        }

        private Optional<HeldOutAccuracy> estimate() {
            Labels labels = labels();
            return HeldOutAccuracy.possible(labels)
                    ? Optional.of(HeldOutAccuracy.measure(side.fitter(), labels))
                    : Optional.empty();
        }
    }

    private static List<String> ways(List<Point> points) {
        return points.stream().map(Point::way).distinct().toList();
    }

    private static double[] accuracies(List<Point> points, String way, int labels) {
        return points.stream()
                .filter(point -> point.way().equals(way) && point.labels() == labels)
                .mapToDouble(Point::accuracy)
                .toArray();
    }

    private static List<String> table(List<Point> points) {
        List<String> lines = new ArrayList<>();
        lines.add("| labels | " + String.join(" | ", ways(points)) + " |");
        for (int labels : BUDGETS) {
            StringBuilder line = new StringBuilder("| " + labels + " |");
            for (String way : ways(points)) {
                double[] found = accuracies(points, way, labels);
                double mean = Arrays.stream(found).average().orElse(Double.NaN);
                double spread = Math.sqrt(
                        Arrays.stream(found).map(a -> (a - mean) * (a - mean)).sum() / Math.max(1, found.length - 1));
                line.append(String.format(java.util.Locale.ROOT, " %.1f ± %.1f |", 100 * mean, 100 * spread));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static void draw(Path picture, List<Point> points) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(560)
                .title("Accuracy on test pictures over number of labels")
                .xAxisTitle("labels")
                .yAxisTitle("accuracy, %")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setXAxisLogarithmic(true);
        double[] budgets = Arrays.stream(BUDGETS).asDoubleStream().toArray();
        for (String way : ways(points)) {
            double[] means = Arrays.stream(BUDGETS)
                    .mapToDouble(labels -> 100
                            * Arrays.stream(accuracies(points, way, labels))
                                    .average()
                                    .orElse(0))
                    .toArray();
            chart.addSeries(way, budgets, means);
        }
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", picture.toFile());
    }
}
