package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.objective.Diagnostic;
import org.mmcr.objective.FigureReference;
import org.mmcr.objective.Objective;
import org.mmcr.objective.ObjectiveFigure;

/**
 * The objective of a run as {@code run.json} describes it: what page, explorer and TensorBoard need to show its
 * figures.
 *
 * @param type name of the objective in recipes
 * @param figures in the order in which they are shown; the first one is the most important
 * @param cautions about the size of the run's steps
 */
@API(status = API.Status.STABLE)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ObjectiveDescription(String type, List<Figure> figures, List<Diagnostic> cautions) {

    /**
     * A figure.
     *
     * @param name its key in {@code metrics.jsonl}
     * @param title heading of a chart or table row
     * @param description one sentence without a full stop
     * @param fraction whether it is a fraction that is shown in percent
     * @param better {@code higher}, {@code lower} or {@code neither}
     * @param references levels to compare it with
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Figure(
            String name,
            String title,
            String description,
            boolean fraction,
            String better,
            List<Reference> references) {}

    /**
     * A level to compare a figure with.
     *
     * @param title its name
     * @param value in the unit of the figure
     * @param caution applies if the figure is worse than the value
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Reference(String title, double value, Optional<Diagnostic> caution) {}

    /** The most important figure in words, such as {@code percent error 34.1 %}; empty without figures. */
    public String headline(Map<String, Double> values) {
        return figures.stream()
                .limit(1)
                .filter(figure -> values.containsKey(figure.name()))
                .map(figure -> figure.title().toLowerCase(Locale.ROOT) + " "
                        + String.format(
                                Locale.ROOT,
                                figure.fraction() ? "%.1f %%" : "%.3g",
                                (figure.fraction() ? 100 : 1) * values.get(figure.name())))
                .findFirst()
                .orElse("");
    }

    /** Describes an objective for steps of {@code samples} samples and embeddings of {@code dimensions} dimensions. */
    static ObjectiveDescription of(Objective objective, long samples, long dimensions) {
        List<FigureReference> references = objective.references(samples, dimensions);
        List<Figure> figures = objective.figures().stream()
                .map(figure -> of(figure, references))
                .toList();
        return new ObjectiveDescription(objective.name(), figures, objective.cautions(samples, dimensions));
    }

    private static Figure of(ObjectiveFigure figure, List<FigureReference> references) {
        return new Figure(
                figure.name(),
                figure.title(),
                figure.description(),
                figure.fraction(),
                figure.better().name().toLowerCase(Locale.ROOT),
                references.stream()
                        .filter(reference -> reference.figure().equals(figure.name()))
                        .map(reference -> new Reference(reference.title(), reference.value(), reference.caution()))
                        .toList());
    }
}
