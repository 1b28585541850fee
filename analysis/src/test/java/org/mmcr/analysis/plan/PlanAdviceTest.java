package org.mmcr.analysis.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.train.run.PretrainConfig;

/** Candidates, successive halving and the advice from given trials. */
class PlanAdviceTest {
    private static final PretrainConfig BASE = PretrainConfig.defaults();

    private static PlanTrial trial(int candidate, int round, double accuracy) {
        return new PlanTrial(
                candidate,
                round,
                100L << round,
                1000,
                10.0 * (1 << round),
                12,
                OptionalDouble.of(0.5 * accuracy),
                OptionalDouble.of(accuracy),
                Optional.empty());
    }

    private static PlanDocument plan(List<Candidate> candidates, List<PlanTrial> trials, String score) {
        PlanSettings settings = new PlanSettings(new DataUsed("data", "1", 5000), 20, 120, candidates.size(), 0, score);
        return new PlanAdvice(settings, BASE, candidates, trials, 100).document();
    }

    /** Accuracies whose log-odds rise as the prior expects, from 0 after 80 s; each candidate is lower than the last. */
    private static List<PlanTrial> halved(List<Candidate> candidates, double spread) {
        List<PlanTrial> trials = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < candidates.size() >> round; i++) {
                double noise = 0.002 * ((i + round) % 3 - 1);
                double value = noise - spread * i + CurvePrior.ACCURACY.slope() * (round - 3) * Math.log(2);
                trials.add(trial(i, round, CurvePrior.ACCURACY.figure().applyAsDouble(value)));
            }
        }
        return trials;
    }

    @Test
    void candidates_aroundARecipe_startWithItAndDiffer() {
        List<Candidate> candidates = Candidate.around(BASE, 8, 400);
        assertThat(candidates)
                .hasSize(8)
                .doesNotHaveDuplicates()
                .allMatch(one -> one.batch() <= 400 && one.views() >= 2);
        assertThat(candidates.get(0)).isEqualTo(Candidate.of(BASE));
        assertThat(Candidate.around(BASE, 8, 400)).isEqualTo(candidates);
        Candidate other = candidates.get(3);
        assertThat(Candidate.of(other.over(BASE))).isEqualTo(other);
        assertThatThrownBy(() -> Candidate.around(BASE, 1000, 5000)).hasMessageContaining("lower --candidates");
    }

    @Test
    void candidates_ofInitialWeights_keepTheirWidth() {
        PretrainConfig initial = BASE.with("model.init", "encoder.safetensors");
        int width = Candidate.of(BASE).width();
        assertThat(Candidate.around(initial, 8, 5000)).hasSize(8).allMatch(one -> one.width() == width);
        assertThat(Candidate.around(BASE, 8, 5000)).anyMatch(one -> one.width() != width);
    }

    @Test
    void candidates_withAccumulation_haveStepsThatTheSamplesFill() {
        PretrainConfig accumulated = BASE.with("batch", "64").with("accumulate", "4");
        assertThat(Candidate.around(accumulated, 8, 300)).hasSize(8).allMatch(one -> one.batch() * 4 <= 300);
    }

    @Test
    void halving_ofEight_givesEachRoundTheSameTime() {
        Halving halving = new Halving(8);
        assertThat(halving.rounds()).isEqualTo(4);
        assertThat(List.of(halving.size(0), halving.size(1), halving.size(2), halving.size(3)))
                .containsExactly(8, 4, 2, 1);
        assertThat(halving.trainingSeconds(96, 0, 8, 0, 1)).isCloseTo(2, within(1e-9));
        assertThat(halving.trainingSeconds(72, 1, 4, 0, 1)).isCloseTo(5, within(1e-9));
        assertThat(halving.trainingSeconds(24, 3, 1, 0, 1)).isCloseTo(23, within(1e-9));
        assertThat(halving.trainingSeconds(-1, 3, 1, 0, 1)).isNegative();
        assertThat(halving.trainingSeconds(24, 3, 1, 0, 23)).isCloseTo(1, within(1e-9));
        assertThat(halving.trainingSeconds(24, 3, 1, 0, 24)).isNotPositive();
        assertThat(halving.trainingSeconds(24, 0, 8, 0, 30)).isNegative();
        List<PlanTrial> trials = List.of(trial(0, 0, 0.2), trial(1, 0, 0.5), trial(2, 0, 0.4));
        assertThat(new Halving(4).survivors(0, trials)).containsExactly(1, 2);
    }

    @Test
    void document_separatedCandidates_recommendsTheBestWithALossFromThePercentError() {
        List<Candidate> candidates = Candidate.around(BASE, 8, 5000);
        PlanDocument plan = plan(candidates, halved(candidates, 0.4), PlanSettings.ACCURACY);
        assertThat(plan.recommended()).isZero();
        assertThat(plan.certain()).isTrue();
        PlanDocument.Prediction first = plan.candidates().get(0);
        assertThat(first.rounds()).isEqualTo(4);
        double expected =
                CurvePrior.ACCURACY.figure().applyAsDouble(CurvePrior.ACCURACY.slope() * Math.log(1200 / 80.0));
        assertThat(first.figures().get("accuracy").median()).isCloseTo(expected, within(0.02));
        assertThat(first.figures().get("accuracy").low())
                .isLessThan(first.figures().get("accuracy").high());
        assertThat(plan.words()).first().asString().startsWith("recommended for 20 minutes: batch 256, dimension 128");
        assertThat(plan.words()).anyMatch(line -> line.contains("15 times as long"));
    }

    /** A candidate's InfoNCE in nats after 10, 20, 40 and 80 s. */
    private static PlanDocument withoutLabels(double... scores) {
        List<PlanTrial> trials = new ArrayList<>();
        for (int round = 0; round < scores.length; round++) {
            trials.add(trial(0, round, scores[round]));
        }
        return plan(Candidate.around(BASE, 1, 5000), trials, PlanSettings.INFO_NCE);
    }

    /** InfoNCE of n pairs is at most log n, and 1,000 of the samples are measured. */
    @Test
    void document_withoutLabels_predictsNoMoreThanTheLargestInfoNce() {
        PlanDocument plan = withoutLabels(4.8, 5.2, 5.6, 6.0);
        assertThat(plan.candidates().get(0).figures().get("infonce").high()).isEqualTo(Math.log(1000));
        PlanDocument saturated = withoutLabels(5.6, 5.9, 6.2, 6.5);
        assertThat(saturated.candidates().get(0).figures()).doesNotContainKey("infonce");
        assertThat(saturated.words())
                .contains("no InfoNCE is predicted: a trial reached 6.5 nats, near 6.9, the" + " largest value");
    }

    @Test
    void document_percentErrorThatFalls_predictsTheLoss() {
        List<Candidate> candidates = Candidate.around(BASE, 2, 5000);
        List<PlanTrial> trials = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int round = i / 2;
            double seconds = 10 * Math.pow(2, round);
            trials.add(new PlanTrial(
                    i % 2,
                    round,
                    100,
                    100,
                    seconds,
                    seconds,
                    OptionalDouble.of(0.1 + Math.pow(seconds, -0.5) + 0.001 * (i % 3)),
                    OptionalDouble.of(0.5),
                    Optional.empty()));
        }
        PlanDocument plan = plan(candidates, trials, PlanSettings.ACCURACY);
        PlanDocument.Prediction first = plan.candidates().get(0);
        double bound = MmcrBounds.upperBound(256, 128);
        assertThat(first.figures().get("loss").median())
                .isCloseTo(-(1 - first.figures().get("percent_error").median()) * bound, within(1e-9));
        assertThat(first.figures().get("loss").low())
                .isLessThan(first.figures().get("loss").high());
    }

    @Test
    void document_equalCandidates_saysThatItCannotTell() {
        List<Candidate> candidates = Candidate.around(BASE, 8, 5000);
        PlanDocument plan = plan(candidates, halved(candidates, 0), PlanSettings.ACCURACY);
        assertThat(plan.certain()).isFalse();
        assertThat(plan.words()).anyMatch(line -> line.startsWith("it cannot be told which candidate is best"));
    }

    @Test
    void document_aTrialAboveNinetyPercent_ranksWithoutPredictingTheAccuracy() {
        List<Candidate> candidates = Candidate.around(BASE, 3, 5000);
        List<PlanTrial> trials =
                List.of(trial(0, 0, 0.7), trial(1, 0, 0.8), trial(2, 0, 0.6), trial(1, 1, 0.85), trial(1, 2, 0.91));
        PlanDocument plan = plan(candidates, trials, PlanSettings.ACCURACY);
        assertThat(plan.recommended()).isEqualTo(1);
        assertThat(plan.candidates().get(1).figures())
                .containsKey("percent_error")
                .doesNotContainKey("accuracy");
        assertThat(plan.words()).anyMatch(line -> line.startsWith("no accuracy is predicted: a trial reached 91.0 %"));
        PlanDocument below = plan(candidates, trials.subList(0, 4), PlanSettings.ACCURACY);
        assertThat(below.candidates().get(1).figures()).isEmpty();
        List<PlanTrial> more = List.of(trial(0, 0, 0.7), trial(1, 0, 0.8), trial(1, 1, 0.85), trial(1, 2, 0.86));
        assertThat(plan(candidates, more, PlanSettings.ACCURACY)
                        .candidates()
                        .get(1)
                        .figures())
                .containsKey("accuracy");
    }

    /** A trial of four steps, however good its figures, changes no curve and is counted in words. */
    @Test
    void document_aTrialOfFewSteps_countsInNoCurve() {
        List<Candidate> candidates = Candidate.around(BASE, 8, 5000);
        List<PlanTrial> trials = new ArrayList<>(halved(candidates, 0.1));
        PlanDocument without = plan(candidates, trials, PlanSettings.ACCURACY);
        trials.add(new PlanTrial(0, 0, 4, 4, 1, 1, OptionalDouble.of(0.01), OptionalDouble.of(0.99), Optional.empty()));
        PlanDocument with = plan(candidates, trials, PlanSettings.ACCURACY);
        assertThat(with.curves()).isEqualTo(without.curves());
        assertThat(with.words()).anyMatch(line -> line.startsWith("1 of 16 trials had fewer than 5 steps"));
    }

    @Test
    void document_withoutATrial_namesTheRecipeAndSaysWhy() {
        List<Candidate> candidates = Candidate.around(BASE, 3, 5000);
        PlanDocument plan = plan(candidates, List.of(), PlanSettings.ACCURACY);
        assertThat(plan.recommended()).isZero();
        assertThat(plan.certain()).isFalse();
        assertThat(plan.words())
                .anyMatch(line -> line.contains("a tenth of 20 minutes leaves no time for a trial"))
                .noneMatch(line -> line.contains("longest trial"));
    }

    @Test
    void document_tooFewTrials_namesTheBestLongestTrialAndSaysSo() {
        List<Candidate> candidates = Candidate.around(BASE, 3, 5000);
        List<PlanTrial> trials = List.of(trial(0, 0, 0.2), trial(1, 0, 0.3), trial(2, 0, 0.4), trial(1, 1, 0.35));
        PlanDocument plan = plan(candidates, trials, PlanSettings.INFO_NCE);
        assertThat(plan.recommended()).isEqualTo(1);
        assertThat(plan.certain()).isFalse();
        assertThat(plan.curves()).isEmpty();
        assertThat(plan.words()).anyMatch(line -> line.contains("too few trials"));
        assertThat(plan.words()).anyMatch(line -> line.contains("ranked without labels"));
    }
}
