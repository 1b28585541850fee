package org.mmcr.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.mmcr.analysis.embeddings.Information;
import org.mmcr.core.quality.Measure;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.train.distributed.CommunicationStats;
import org.mmcr.train.distributed.CommunicationStats.Use;
import org.mmcr.train.run.Adaptation;
import org.mmcr.train.run.KnnPoint;
import org.mmcr.train.run.ObjectiveDescription;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.QualityPoint;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainStart;

/**
 * The progress of a run in words: one live line with the remaining time on a terminal, otherwise a line every ten
 * seconds.
 */
final class TrainProgress implements TrainListener, AutoCloseable {
    private static final long WHOLE = 1000;
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    private static final List<Measure> SHOWN = List.of(Measure.INFONCE, Measure.RANKME, Measure.VIEW_CAPACITY);

    private final Terminal terminal;
    private final boolean titled;
    private Optional<ProgressBar> bar = Optional.empty();
    private Optional<ObjectiveDescription> objective = Optional.empty();
    private long startNanos;
    private long lastLineNanos;
    private double firstProgress = -1;
    private volatile boolean started;

    /** titled: whether the caller has said what is trained. */
    TrainProgress(Terminal terminal, boolean titled) {
        this.terminal = terminal;
        this.titled = titled;
    }

    @Override
    public void started(TrainStart start) {
        started = true;
        objective = Optional.of(start.objective());
        startNanos = System.nanoTime();
        lastLineNanos = startNanos;
        if (!titled) {
            describe(start);
        }
        if (start.firstStep() > 0) {
            say("continuing after step %,d", start.firstStep());
        }
        String waiting = "preparing the first step";
        if (terminal.columns().isPresent()) {
            bar = Optional.of(
                    LiveLine.open(terminal, waiting, LiveLine.ENDLESS, 0).build());
        } else if (!titled) {
            say(waiting);
        }
    }

    private void describe(TrainStart start) {
        say(
                "%,d %s, %d views of each, batch %s (%,d step%s an epoch)%s; %s, %.1f M parameters, %s%s; %d compute"
                        + " and %d loader threads",
                start.samples(),
                start.config().view().ofVectors() ? "rows" : "pictures",
                start.config().views(),
                batch(start.config()),
                start.stepsPerEpoch(),
                start.stepsPerEpoch() == 1 ? "" : "s",
                start.config().view().ofVectors()
                        ? ""
                        : "; " + start.config().view().sizeText(),
                encoderName(start),
                start.parameters() / 1e6,
                lower(start.precision()),
                start.device().isCpu() ? "" : " on " + start.device(),
                start.computeThreads(),
                start.loaderThreads());
        if (start.adaptation().isPresent()) {
            say("%s", adapters(start.adaptation().get(), start.frozen()));
        } else if (!start.frozen().isEmpty()) {
            say(
                    "frozen: %s (%,d of %,d parameters)",
                    String.join(", ", start.frozen()),
                    start.frozenParameters(),
                    start.frozenParameters() + start.parameters());
        }
        if (!start.rank().alone()) {
            say("%d processes share each batch and %s", start.rank().world(), start.exchange());
        }
    }

    private static String adapters(Adaptation adapters, List<String> frozen) {
        return String.format(
                Locale.ROOT,
                "adapters of rank %d, alpha %s, on %s%s: %d layers; %,d trained parameters, the network has %,d%s",
                adapters.rank(),
                Json.line(adapters.alpha()),
                adapters.targets().name().toLowerCase(Locale.ROOT),
                adapters.norms() ? " and layer norms" : "",
                adapters.layers(),
                adapters.parameters(),
                adapters.allParameters(),
                frozen.isEmpty() ? "" : "; frozen: " + String.join(", ", frozen));
    }

    /** Confirms a request to stop, from any thread; before the start there is no step to finish. */
    void stopping() {
        if (started) {
            terminal.err().println("\nstopping after this step...");
        }
    }

    @Override
    public void step(StepMetrics m) {
        if (firstProgress < 0) {
            firstProgress = m.progress();
            close();
            bar = terminal.columns().isPresent() ? Optional.of(open()) : Optional.empty();
        }
        if (bar.isPresent()) {
            bar.get().stepTo(Math.round(WHOLE * m.progress()));
            bar.get()
                    .setExtraMessage(
                            String.format(Locale.ROOT, "loss %.1f, %,.0f views/s", m.loss(), m.viewsPerSecond()));
            return;
        }
        long now = System.nanoTime();
        if (now - lastLineNanos >= LINE_NANOS) {
            lastLineNanos = now;
            say(
                    "%3.0f %%  step %,d, epoch %d  %s  %s",
                    100 * m.progress(), m.step(), m.epoch() + 1, numbers(m), left(now, m));
        }
    }

    @Override
    public void warning(String message) {
        say("warning: %s", message);
    }

    @Override
    public void knn(KnnPoint point) {
        say(
                "kNN (k %d, %,d held out) after step %,d: %.1f %%",
                point.k(), point.queries(), point.step(), 100 * point.top1());
    }

    @Override
    public void quality(QualityPoint point) {
        String named = SHOWN.stream()
                .map(Measure::key)
                .filter(key -> point.measures().containsKey(key))
                .map(key -> named(key, point.measures().getOrDefault(key, Double.NaN)))
                .collect(Collectors.joining(", "));
        say("quality (%,d samples) after step %,d: %s", point.samples(), point.step(), named);
    }

    private static String named(String measure, double value) {
        return measure + " "
                + (Information.showsNone(measure, value)
                        ? Information.NONE_SHOWN
                        : String.format(Locale.ROOT, "%.4g", value));
    }

    @Override
    public void exchanged(CommunicationStats stats, long steps) {
        double each = Math.max(1, steps) * 1e3;
        say(
                "sent by each process in a step: gradients %,.1f kB, objective %,.1f kB, batch-norm %,.1f kB",
                stats.bytes(Use.GRADIENTS) / each,
                stats.bytes(Use.OBJECTIVE) / each,
                stats.bytes(Use.BATCH_NORM) / each);
        double millis = 1e3 / Math.max(1, steps);
        say(
                "time of these exchanges in a step, waiting included: gradients %,.1f ms, objective %,.1f ms,"
                        + " batch-norm %,.1f ms",
                millis * stats.seconds(Use.GRADIENTS),
                millis * stats.seconds(Use.OBJECTIVE),
                millis * stats.seconds(Use.BATCH_NORM));
    }

    @Override
    public void checkpoint(Path folder) {
        // Routine; the end of the run says where the result is.
    }

    /** Removes the live line. */
    @Override
    public void close() {
        bar.ifPresent(shown -> LiveLine.close(terminal, shown));
        bar = Optional.empty();
    }

    private ProgressBar open() {
        return LiveLine.ofFraction(terminal, "train", WHOLE, Math.round(WHOLE * firstProgress))
                .build();
    }

    private void say(String format, Object... arguments) {
        String clear = bar.isPresent() ? LiveLine.clear() : "";
        terminal.err().println(clear + String.format(Locale.ROOT, format, arguments));
    }

    private String numbers(StepMetrics m) {
        String headline =
                objective.map(described -> described.headline(m.figures())).orElse("");
        return String.format(
                Locale.ROOT,
                "loss %.2f%s, %,.0f views/s",
                m.loss(),
                headline.isEmpty() ? "" : ", " + headline,
                m.viewsPerSecond());
    }

    private String left(long now, StepMetrics m) {
        double done = m.progress() - firstProgress;
        if (done <= 0) {
            return "";
        }
        return "about " + duration((1 - m.progress()) / done * (now - startNanos) / 1e9) + " left";
    }

    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 90) {
            return whole + " s";
        }
        return whole < 5400 ? Math.round(whole / 60.0) + " min" : String.format(Locale.ROOT, "%.1f h", whole / 3600.0);
    }

    private static String batch(PretrainConfig config) {
        return config.accumulate() == 1
                ? String.valueOf(config.batch())
                : config.stepPictures() + " as " + config.accumulate() + " x " + config.batch();
    }

    private static String encoderName(TrainStart start) {
        return Yaml.toTree(start.config().model().encoder()).path("type").asText();
    }

    private static String lower(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }
}
