package org.mmcr.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
    @Test
    void of_nothing_isNothing() {
        assertThat(found("{}")).isEmpty();
    }

    @Test
    void of_aSoundRun_isNothing() {
        assertThat(found("""
                {"run": {"pictures": 100, "broken_pictures": 0, "totals": {"finished": true, "data_wait": 0.01},
                         "objective": {"cautions": [], "figures": [
                           {"name": "effective_rank", "better": "higher", "references": [
                             {"title": "collapse", "value": 6.4, "caution": {"found": "collapse", "remedy": "clip"}}]},
                           {"name": "percent_error", "better": "lower", "references": [{"title": "uniform", "value": 0.1}]}]}},
                 "metrics": {"effective_rank": [100, 120], "percent_error": [0.3, 0.2]},
                 "evaluation": {"notes": [], "subjects": [
                   {"name": "trained", "protocols": [{"name": "linear", "score": {"top1": 0.7, "notes": []}}]},
                   {"name": "pixels", "protocols": [{"name": "linear", "score": {"top1": 0.4}}]}]}}""")).isEmpty();
    }

    @Test
    void of_eachTrouble_namesItAndTheRemedy() {
        assertThat(
                        found(
                                "{'run': {'pictures': 90, 'broken_pictures': 10, 'totals': {'finished': false, 'data_wait': 0.4}}}"))
                .contains(
                        "has not used its budget", "--resume", "10 of 100 pictures", "broken.csv", "40 % of its time");
        assertThat(figure("higher", 2.5, 6.4)).contains("worse than it", "do something");
        assertThat(figure("lower", 2.5, 1)).contains("worse than it", "do something");
        assertThat(figure("lower", 2.5, 6.4)).doesNotContain("worse than it");
        assertThat(
                        found(
                                "{'run': {'objective': {'cautions': [{'found': 'a poor batch', 'remedy': 'choose N of 256'}]}}}"))
                .contains("a poor batch", "choose N of 256");
        assertThat(found("{'evaluation': {'subjects': ["
                        + "{'name': 'trained', 'protocols': [{'name': 'linear', 'score': {'top1': 0.2}}]},"
                        + "{'name': 'pixels', 'title': 'raw pixels',"
                        + " 'protocols': [{'name': 'linear', 'score': {'top1': 0.4}}]}]}}"))
                .contains("20.0 %", "raw pixels (40.0 %)");
        assertThat(found("{'analysis': {'intervals': {'entropy': {'caution': 'too few points'}}}}"))
                .contains("estimates of entropy and mutual information are rough", "analyse more samples")
                .doesNotContain("too few points");
    }

    /** A run whose last value of a figure is compared with a reference. */
    private static String figure(String better, double last, double reference) {
        return found(
                "{'run': {'totals': {'finished': true}, 'objective': {'figures': [{'name': 'f', 'better': '" + better
                        + "', 'references': [{'value': " + reference
                        + ", 'caution': {'found': 'worse than it', 'remedy': 'do something'}}]}]}}, 'metrics': {'f': [9, "
                        + last + "]}}");
    }

    @Test
    void of_theLoss_reportsWhetherItWasStillFalling() {
        assertThat(found(errors("0.6 - 0.004 * i"))).contains("still falling");
        assertThat(found(errors("flat"))).isEmpty();
    }

    private static String errors(String kind) {
        return "{'metrics': {'loss': ["
                + IntStream.range(0, 100)
                        .mapToObj(i ->
                                String.valueOf(kind.equals("flat") ? 0.2 + 0.4 * Math.exp(-i / 8.0) : 0.6 - 0.004 * i))
                        .collect(Collectors.joining(","))
                + "]}}";
    }

    private static String found(String json) {
        try {
            return Diagnostics.of(new ObjectMapper().readTree(json.replace('\'', '"'))).stream()
                    .map(caution -> caution.found() + " " + caution.remedy())
                    .collect(Collectors.joining("\n"));
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
