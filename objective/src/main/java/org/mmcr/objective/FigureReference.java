package org.mmcr.objective;

import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A value to compare a figure with, drawn as a level in its chart.
 *
 * @param figure name of the figure
 * @param title name of the level
 * @param value in the unit of the figure
 * @param caution applies if the figure is worse than the value
 */
@API(status = API.Status.STABLE)
public record FigureReference(String figure, String title, double value, Optional<Diagnostic> caution) {}
