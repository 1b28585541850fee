package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.analysis.capacity.CapacitySeries;
import org.mmcr.analysis.capacity.CautionNote;
import org.mmcr.analysis.capacity.CorrelatedReport;
import org.mmcr.analysis.capacity.LayerCapacity;
import org.mmcr.analysis.capacity.LayerCautions;
import org.mmcr.analysis.capacity.LayerProfile;
import org.mmcr.analysis.capacity.SimulatedCapacity;
import org.mmcr.analysis.capacity.SingleManifold;
import org.mmcr.core.capacity.CorrelatedCapacity;
import org.mmcr.core.capacity.ManifoldCapacity;

/** Text output of capacity reports. */
final class CapacityText {
    /** Costly classes that are shown. */
    private static final int CLASSES = 3;

    private final PrintWriter out;

    CapacityText(PrintWriter out) {
        this.out = out;
    }

    void print(SingleManifold found) {
        out.printf(Locale.ROOT, "capacity   %.6f%n", found.capacity());
        out.printf(Locale.ROOT, "radius     %.6f%n", found.radius());
        out.printf(Locale.ROOT, "dimension  %.6f%n", found.dimension());
    }

    void print(CapacityReport report) {
        out.printf(
                Locale.ROOT,
                "%d classes, %s points each, %d dimensions%n",
                report.perManifold().size(),
                counts(report.perManifold().stream().mapToInt(ManifoldCapacity.Manifold::points)),
                report.ambientDimension());
        ManifoldCapacity.Medians medians = report.medians();
        line("capacity", report.capacity(), median(medians.capacity()) + " classes per dimension");
        report.chance().ifPresent(this::chance);
        line("radius", report.radius(), median(medians.radius()) + " norms of a class's centre");
        line("dimension", report.dimension(), median(medians.dimension()) + " of a class");
        out.printf(
                Locale.ROOT,
                "centres      correlation %.4f, %.4f after removing %d common directions%n",
                report.centerCorrelation(),
                report.residualCorrelation(),
                report.lowRank());
        out.printf(
                Locale.ROOT,
                "all points   participation ratio %.2f; about 90 %% of the variance in %d directions%n",
                report.participationRatio(),
                report.explainedVarianceDimension());
        costliest(report);
        finish(report.simulation(), report.cautions(), report.seconds(), report.worstKktGap());
    }

    private static String median(double value) {
        return String.format(Locale.ROOT, "median %-9.4f", value);
    }

    private void chance(double value) {
        out.printf(Locale.ROOT, "by chance    %.4f with labels that say nothing about the points%n", value);
    }

    /** Prints the classes and points that cost most capacity, and the capacity without each. */
    private void costliest(CapacityReport report) {
        if (report.costliest().isEmpty()) {
            return;
        }
        report.perManifold().stream()
                .sorted(Comparator.comparing(ManifoldCapacity.Manifold::share).reversed())
                .limit(CLASSES)
                .forEach(one -> out.printf(
                        Locale.ROOT,
                        "class        %s: %.1f %% of the cost, radius %.3f, dimension %.2f; capacity %.4f without it%n",
                        one.label(),
                        100 * one.share(),
                        one.radius(),
                        one.dimension(),
                        one.capacityWithout()));
        for (ManifoldCapacity.CostlyPoint one : report.costliest()) {
            out.printf(
                    Locale.ROOT,
                    "point        row %d of class %s: %.2f %% of the cost, at radius %.3f, in %.0f %% of the directions%s%n",
                    one.point(),
                    one.label(),
                    100 * one.share(),
                    one.radius(),
                    100 * one.active(),
                    Double.isNaN(one.capacityWithout())
                            ? ""
                            : String.format(Locale.ROOT, "; capacity %.4f without it", one.capacityWithout()));
        }
    }

    private void finish(
            Optional<SimulatedCapacity> simulation, List<CautionNote> cautions, double seconds, double worstKktGap) {
        simulation.ifPresent(this::print);
        cautions.forEach(note -> print("caution", note));
        out.printf(Locale.ROOT, "%.1f s, worst optimality gap %.1e%n", seconds, worstKktGap);
    }

    void print(CorrelatedReport report) {
        out.printf(
                Locale.ROOT,
                "%d classes, %s points each, %d dimensions, %d pairs of a direction and a dichotomy%n",
                report.perManifold().size(),
                counts(report.perManifold().stream().mapToInt(CorrelatedCapacity.Manifold::points)),
                report.ambientDimension(),
                report.pairs());
        line("capacity", report.capacity(), "classes per dimension, correlations included");
        chance(report.chance());
        CorrelatedReport.Medians medians = report.medians();
        line("radius", report.radius(), median(medians.radius()) + " lengths of the centres");
        line("dimension", report.dimension(), median(medians.dimension()) + " of a class");
        line("utility", report.utility(), "capacity x dimension / (1 + 1 / radius^2)");
        line("centres", report.centerAlignment(), "mean |cosine| of two centres");
        line("axes", report.axisAlignment(), "mean |cosine| of two classes' axes");
        line("centre-axis", report.centerAxisAlignment(), "mean |cosine| of a centre and another's axis");
        finish(report.simulation(), report.cautions(), report.seconds(), report.worstKktGap());
    }

    void print(CapacitySeries series) {
        out.printf(Locale.ROOT, "%d entries over %s%n", series.conditions().size(), series.over());
        int width = series.conditions().stream()
                .mapToInt(one -> one.name().length())
                .max()
                .orElseThrow();
        String row = "%-" + Math.max(9, width) + "s  %-24s %-24s %-24s %-8s %-8s %s%n";
        out.printf(row, "condition", "capacity", "radius", "dimension", "centres", "axes", "centre-axis");
        for (CapacitySeries.Condition one : series.conditions()) {
            LayerCapacity report = one.capacity();
            Optional<CorrelatedReport> correlated =
                    report instanceof CorrelatedReport glue ? Optional.of(glue) : Optional.empty();
            out.printf(
                    row,
                    one.name(),
                    shown(report.capacity()),
                    shown(report.radius()),
                    shown(report.dimension()),
                    number(Optional.of(report.correlation()).filter(value -> !Double.isNaN(value.value()))),
                    number(correlated.flatMap(CorrelatedReport::axisAlignment)),
                    number(correlated.flatMap(CorrelatedReport::centerAxisAlignment)));
        }
        for (CapacitySeries.Difference one : series.differences()) {
            Optional<Value> capacity = Optional.ofNullable(one.figures().get("capacity"));
            out.println("change of capacity in " + one.name() + ": " + shown(capacity));
        }
        for (CapacitySeries.Condition one : series.conditions()) {
            one.capacity().cautions().forEach(note -> print("caution in " + one.name(), note));
        }
        double worst = series.conditions().stream()
                .mapToDouble(one -> one.capacity().worstKktGap())
                .max()
                .orElseThrow();
        out.printf(Locale.ROOT, "%.1f s, worst optimality gap %.1e%n", series.seconds(), worst);
    }

    private static String number(Optional<Value> value) {
        return value.map(one -> String.format(Locale.ROOT, "%.4f", one.value())).orElse("-");
    }

    /** Prints both theories side by side. */
    void print(CapacityReport uncorrelated, CorrelatedReport correlated) {
        out.printf(
                Locale.ROOT,
                "%d classes, %s points each, %d dimensions%n",
                correlated.perManifold().size(),
                counts(correlated.perManifold().stream().mapToInt(CorrelatedCapacity.Manifold::points)),
                correlated.ambientDimension());
        out.println("             2018                         glue");
        both("capacity", Optional.of(uncorrelated.capacity()), Optional.of(correlated.capacity()));
        both(
                "by chance",
                uncorrelated.chance().stream()
                        .mapToObj(value -> new Value(value, List.of()))
                        .findFirst(),
                Optional.of(new Value(correlated.chance(), List.of())));
        both("radius", Optional.of(uncorrelated.radius()), Optional.of(correlated.radius()));
        both("dimension", Optional.of(uncorrelated.dimension()), Optional.of(correlated.dimension()));
        both("utility", Optional.empty(), Optional.of(correlated.utility()));
        both("centres", Optional.of(uncorrelated.correlation()), correlated.centerAlignment());
        both("axes", Optional.empty(), correlated.axisAlignment());
        both("centre-axis", Optional.empty(), correlated.centerAxisAlignment());
        both(
                "counted",
                uncorrelated.simulation().map(SimulatedCapacity::capacity),
                correlated.simulation().map(SimulatedCapacity::capacity));
        uncorrelated.cautions().forEach(note -> print("caution 2018", note));
        correlated.cautions().forEach(note -> print("caution glue", note));
        out.printf(
                Locale.ROOT,
                "%.1f s, worst optimality gaps %.1e and %.1e%n",
                uncorrelated.seconds() + correlated.seconds(),
                uncorrelated.worstKktGap(),
                correlated.worstKktGap());
    }

    private void both(String name, Optional<Value> left, Optional<Value> right) {
        if (left.isPresent() || right.isPresent()) {
            out.printf(Locale.ROOT, "%-12s %-28s %s%n", name, shown(left), shown(right));
        }
    }

    private static String shown(Optional<Value> value) {
        return value.map(CapacityText::shown).orElse("-");
    }

    private static String shown(Value value) {
        String interval = value.ci95().isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        " [%.4f, %.4f]",
                        value.ci95().get(0),
                        value.ci95().get(1));
        return String.format(Locale.ROOT, "%.4f", value.value()) + interval;
    }

    private static String counts(IntStream points) {
        IntSummaryStatistics counts = points.summaryStatistics();
        return counts.getMin() == counts.getMax()
                ? String.valueOf(counts.getMin())
                : counts.getMin() + " to " + counts.getMax();
    }

    void print(LayerProfile profile) {
        out.printf("%d classes, %d pictures; untrained and trained%n", profile.classes(), profile.pictures());
        out.println("layer         numbers    capacity         radius           dimension        correlation");
        for (int i = 0; i < profile.after().size(); i++) {
            LayerCapacity before = profile.before().get(i).capacity();
            LayerCapacity after = profile.after().get(i).capacity();
            out.printf(
                    Locale.ROOT,
                    "%-12s %8d    %6.4f %6.4f    %6.3f %6.3f    %6.2f %6.2f    %6.3f %6.3f%n",
                    profile.after().get(i).layer(),
                    profile.after().get(i).width(),
                    before.capacity().value(),
                    after.capacity().value(),
                    before.radius().value(),
                    after.radius().value(),
                    before.dimension().value(),
                    after.dimension().value(),
                    before.correlation().value(),
                    after.correlation().value());
        }
        LayerCautions.of(profile).forEach(one -> out.println("caution      " + one.sentence()));
    }

    private void print(SimulatedCapacity simulated) {
        String bound = switch (simulated.bound()) {
            case NONE -> "";
            case AT_MOST -> "at most ";
            case AT_LEAST -> "at least ";
        };
        out.printf(
                Locale.ROOT,
                "counted      %s%.4f [%.4f, %.4f]: half of the dichotomies are separable in %.1f dimensions%n",
                bound,
                simulated.capacity().value(),
                simulated.capacity().ci95().get(0),
                simulated.capacity().ci95().get(1),
                simulated.criticalDimensions());
    }

    private void print(String head, CautionNote caution) {
        out.printf("%-12s %s%n", head, caution.sentence());
    }

    private void line(String name, Optional<Value> value, String unit) {
        value.ifPresent(one -> line(name, one, unit));
    }

    private void line(String name, Value value, String unit) {
        out.printf(Locale.ROOT, "%-12s %s %s%n", name, shown(value), unit);
    }
}
