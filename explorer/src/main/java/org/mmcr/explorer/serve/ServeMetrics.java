package org.mmcr.explorer.serve;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Counters of a server, in Prometheus' text format. */
final class ServeMetrics {
    private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    private static final double[] PICTURES = {1, 2, 4, 8, 16, 32, 64};

    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Map<String, Histogram> seconds = new ConcurrentSkipListMap<>();
    private final Histogram batches = new Histogram(PICTURES);

    /** Counts of values up to each bound, cumulative as Prometheus reads them. */
    private static final class Histogram {
        private final double[] bounds;
        private final LongAdder[] counts;
        private final LongAdder all = new LongAdder();
        private final DoubleAdder sum = new DoubleAdder();

        Histogram(double[] bounds) {
            this.bounds = bounds;
            counts = new LongAdder[bounds.length];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        void add(double value) {
            for (int i = bounds.length - 1; i >= 0 && value <= bounds[i]; i--) {
                counts[i].increment();
            }
            all.increment();
            sum.add(value);
        }

        /** Appends the lines; {@code labels} end in a comma, or are empty. */
        void write(StringBuilder text, String name, String labels) {
            for (int i = 0; i < bounds.length; i++) {
                text.append(String.format(
                        Locale.ROOT, "%s_bucket{%sle=\"%s\"} %d%n", name, labels, bounds[i], counts[i].sum()));
            }
            String plain = labels.isEmpty() ? "" : "{" + labels.substring(0, labels.length() - 1) + "}";
            text.append(String.format(Locale.ROOT, "%s_bucket{%sle=\"+Inf\"} %d%n", name, labels, all.sum()));
            text.append(String.format(Locale.ROOT, "%s_sum%s %s%n", name, plain, sum.sum()));
            text.append(String.format(Locale.ROOT, "%s_count%s %d%n", name, plain, all.sum()));
        }
    }

    /** Counts an answered request of a route. */
    void request(String route, int status, double took) {
        requests.computeIfAbsent("route=\"" + route + "\",status=\"" + status + "\"", key -> new LongAdder())
                .increment();
        seconds.computeIfAbsent("route=\"" + route + "\",", key -> new Histogram(SECONDS))
                .add(took);
    }

    /** Counts a forward pass. */
    void batch(int pictures) {
        batches.add(pictures);
    }

    /**
     * Returns all figures.
     *
     * @param inWork number of pictures in progress
     * @param revision of the classifier, 0 without one
     */
    String text(int inWork, long revision) {
        StringBuilder text = new StringBuilder();
        head(text, "mmcr_requests_total", "counter", "Answered requests.");
        requests.forEach((labels, count) -> text.append("mmcr_requests_total{")
                .append(labels)
                .append("} ")
                .append(count.sum())
                .append('\n'));
        head(text, "mmcr_request_seconds", "histogram", "Time from the head of a request to its answer.");
        seconds.forEach((labels, histogram) -> histogram.write(text, "mmcr_request_seconds", labels));
        head(text, "mmcr_batch_pictures", "histogram", "Pictures of a forward pass.");
        batches.write(text, "mmcr_batch_pictures", "");
        head(text, "mmcr_pictures_in_work", "gauge", "Pictures that are prepared, wait or are computed.");
        text.append("mmcr_pictures_in_work ").append(inWork).append('\n');
        head(text, "mmcr_classifier_revision", "gauge", "Number of the classifier; it grows when another is read.");
        text.append("mmcr_classifier_revision ").append(revision).append('\n');
        return text.toString().replace("\r\n", "\n");
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
