package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.IntSummaryStatistics;
import java.util.Locale;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CautionNote;
import org.mmcr.analysis.capacity.LayerCautions;
import org.mmcr.analysis.capacity.LayerProfile;
import org.mmcr.analysis.capacity.SimulatedCapacity;
import org.mmcr.analysis.capacity.SingleManifold;
import org.mmcr.core.capacity.ManifoldCapacity;

/** Text output of capacity reports. */
final class CapacityText {
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
        IntSummaryStatistics counts = report.perManifold().stream()
                .mapToInt(ManifoldCapacity.Manifold::points)
                .summaryStatistics();
        out.printf(
                Locale.ROOT,
                "%d classes, %s points each, %d dimensions%n",
                report.perManifold().size(),
                counts.getMin() == counts.getMax() ? counts.getMin() : counts.getMin() + " to " + counts.getMax(),
                report.ambientDimension());
        line("capacity", report.capacity(), "classes per dimension");
        line("radius", report.radius(), "norms of a class's centre");
        line("dimension", report.dimension(), "of a class");
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
        report.simulation().ifPresent(this::print);
        report.cautions().forEach(this::print);
        out.printf(Locale.ROOT, "%.1f s, worst optimality gap %.1e%n", report.seconds(), report.worstKktGap());
    }

    void print(LayerProfile profile) {
        out.printf("%d classes, %d pictures; untrained and trained%n", profile.classes(), profile.pictures());
        out.println("layer         numbers    capacity         radius           dimension        correlation");
        for (int i = 0; i < profile.after().size(); i++) {
            CapacityReport before = profile.before().get(i).capacity();
            CapacityReport after = profile.after().get(i).capacity();
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
                    before.centerCorrelation(),
                    after.centerCorrelation());
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

    private void print(CautionNote caution) {
        String which = caution.classes().isEmpty()
                ? ""
                : " (" + caution.classes().size() + " of the classes, the first is "
                        + caution.classes().get(0) + ")";
        out.println("caution      " + caution.name() + which + ": " + caution.text());
    }

    private void line(String name, CapacityReport.Value value, String unit) {
        out.printf(
                Locale.ROOT,
                "%-12s %.4f [%.4f, %.4f] %s%n",
                name,
                value.value(),
                value.ci95().get(0),
                value.ci95().get(1),
                unit);
    }
}
