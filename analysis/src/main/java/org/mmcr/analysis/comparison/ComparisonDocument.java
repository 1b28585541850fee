package org.mmcr.analysis.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.analysis.trials.MeanOverRuns;
import org.mmcr.data.io.Csv;
import org.mmcr.train.run.Machine;

/**
 * The results of a comparison.
 *
 * @param settings of the comparison
 * @param machine on which the table was made
 * @param table mean and spread of each figure for each objective
 * @param trials every trial, tuning trials first
 * @param notes for the reader
 */
public record ComparisonDocument(
        ComparisonSettings settings, Machine machine, List<Row> table, List<TrialResult> trials, List<String> notes) {

    /**
     * One figure of all objectives.
     *
     * @param figure name, title and unit
     * @param objectives by name; an objective without a value is missing
     */
    public record Row(ComparisonFigure figure, Map<String, MeanOverRuns> objectives) {}

    static ComparisonDocument of(ComparisonSettings settings, List<TrialResult> trials) {
        List<Row> table = new ArrayList<>();
        for (ComparisonFigure figure : ComparisonFigure.all(settings.labelsPerClass())) {
            Map<String, MeanOverRuns> cells = new LinkedHashMap<>();
            for (String objective : settings.objectives()) {
                List<Double> values = finals(trials, objective).stream()
                        .flatMap(trial -> Optional.ofNullable(trial.figures().get(figure.name())).stream())
                        .toList();
                MeanOverRuns.of(values).ifPresent(cell -> cells.put(objective, cell));
            }
            table.add(new Row(figure, cells));
        }
        List<String> notes = trials.stream()
                .flatMap(trial -> trial.notes().stream())
                .distinct()
                .toList();
        return new ComparisonDocument(settings, Machine.here(), table, trials, notes);
    }

    /** Returns the rows in which an objective has a value; trials of earlier versions lack some figures. */
    public List<Row> rowsWithValues() {
        return table.stream().filter(row -> !row.objectives().isEmpty()).toList();
    }

    /** The trials of an objective that are not tuning trials, in order of their seeds. */
    static List<TrialResult> finals(List<TrialResult> trials, String objective) {
        return trials.stream()
                .filter(trial -> !trial.tuning() && trial.objective().equals(objective))
                .toList();
    }

    /** The table as CSV: a line for each figure, for each objective mean, standard deviation and number of seeds. */
    String csv() {
        List<Object> header = new ArrayList<>(List.of("figure"));
        settings.objectives().forEach(name -> header.addAll(List.of(name, name + "_sd", name + "_n")));
        List<String> lines = new ArrayList<>();
        for (Row row : table) {
            List<Object> fields = new ArrayList<>(List.of(row.figure().name()));
            for (String objective : settings.objectives()) {
                Optional<MeanOverRuns> cell =
                        Optional.ofNullable(row.objectives().get(objective));
                fields.add(cell.map(found -> String.valueOf(found.mean())).orElse(""));
                fields.add(cell.filter(found -> found.sd().isPresent())
                        .map(found -> String.valueOf(found.sd().getAsDouble()))
                        .orElse(""));
                fields.add(cell.map(MeanOverRuns::n).orElse(0));
            }
            lines.add(Csv.row(fields.toArray()));
        }
        return Csv.table(Csv.row(header.toArray()), lines);
    }
}
