package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CorrelatedReport;
import org.mmcr.analysis.capacity.LayerCapacity;
import org.mmcr.cli.CapacityMethod.Method;
import org.mmcr.data.io.Json;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.run.RunDirectory;

/**
 * The results of {@code mmcr capacity} on a file of points, at least one.
 *
 * @param uncorrelated by the theory of 2018
 * @param correlated by GLUE
 */
record CapacityResults(Optional<CapacityReport> uncorrelated, Optional<CorrelatedReport> correlated) {
    /** The document of both theories. */
    private record Both(@JsonProperty("2018") CapacityReport uncorrelated, CorrelatedReport glue) {}

    /** Returns the result of one theory. */
    static CapacityResults of(LayerCapacity one) {
        return one instanceof CorrelatedReport report
                ? new CapacityResults(Optional.empty(), Optional.of(report))
                : new CapacityResults(Optional.of((CapacityReport) one), Optional.empty());
    }

    /** Returns the files that {@link #write} writes. */
    static List<Path> files(Path folder, Method method) {
        RunDirectory run = RunDirectory.ofAnother(folder);
        return switch (method) {
            case UNCORRELATED -> List.of(run.capacity(), run.report());
            case CORRELATED -> List.of(run.correlatedCapacity(), run.report());
            case BOTH -> List.of(run.capacity(), run.correlatedCapacity(), run.report());
        };
    }

    /** Writes the documents and the page. */
    void write(Path folder) throws IOException {
        RunDirectory run = RunDirectory.ofAnother(folder);
        if (uncorrelated.isPresent()) {
            Json.write(run.capacity(), uncorrelated.get());
        }
        if (correlated.isPresent()) {
            Json.write(run.correlatedCapacity(), correlated.get());
        }
        ReportPage.write(folder);
    }

    /** Returns the document for stdout; that of both theories has a key for each. */
    Object document() {
        if (uncorrelated.isPresent() && correlated.isPresent()) {
            return new Both(uncorrelated.get(), correlated.get());
        }
        return uncorrelated.isPresent() ? uncorrelated.get() : correlated.orElseThrow();
    }

    /** Prints the figures, of both theories side by side. */
    void print(CapacityText text) {
        if (uncorrelated.isPresent() && correlated.isPresent()) {
            text.print(uncorrelated.get(), correlated.get());
        } else {
            uncorrelated.ifPresent(text::print);
            correlated.ifPresent(text::print);
        }
    }
}
