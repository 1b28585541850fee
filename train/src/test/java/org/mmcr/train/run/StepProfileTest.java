package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class StepProfileTest {
    private static final int STEPS = 8;

    @TempDir
    Path folder;

    @Test
    void profiled_aRun_hasEveryPhaseAndBlockAndTheSameLosses() {
        PretrainConfig config = TinyRuns.config().withBudget(Budget.ofSteps(STEPS));
        List<StepProfile> found = new ArrayList<>();
        RunDirectory run = RunDirectory.create(folder.resolve("profiled"));
        List<StepMetrics> steps = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                steps.add(metrics);
            }

            @Override
            public void profiled(StepProfile profile) {
                found.add(profile);
            }
        };
        new Trainer(config, FourColours.of(40), run, listener).profiled().run();
        TinyRuns.train(config, folder.resolve("plain"));

        assertThat(TinyRuns.losses(folder.resolve("profiled"))).isEqualTo(TinyRuns.losses(folder.resolve("plain")));
        StepProfile profile = found.get(0);
        assertThat(run.readProfile()).isEqualTo(profile);
        assertThat(profile.steps()).isEqualTo(STEPS - 3); // three warm up
        double measured = steps.subList(3, STEPS).stream()
                .mapToDouble(StepMetrics::seconds)
                .average()
                .orElseThrow();
        assertThat(profile.seconds()).isCloseTo(measured, within(1e-6));
        assertThat(profile.views()
                        + profile.forward()
                        + profile.objective()
                        + profile.backward()
                        + profile.gradients()
                        + profile.optimizer()
                        + profile.average()
                        + profile.other())
                .isCloseTo(profile.seconds(), within(1e-6));
        assertThat(List.of(profile.forward(), profile.objective(), profile.backward(), profile.optimizer()))
                .allMatch(seconds -> seconds > 0);

        TrainedModel trained = TrainedModel.load(run);
        assertThat(profile.blocks())
                .extracting(StepProfile.Block::name)
                .isEqualTo(trained.model().blocks().names());
        assertThat(profile.blocks()).allMatch(block -> block.seconds() > 0 && block.parameters() > 0);
        double blocks = profile.blocks().stream()
                .mapToDouble(StepProfile.Block::seconds)
                .sum();
        assertThat(blocks).isCloseTo(profile.backward(), within(0.2 * profile.backward()));
    }

    @Test
    void profiled_tooFewSteps_hasNone() {
        RunDirectory run = RunDirectory.create(folder.resolve("short"));
        new Trainer(TinyRuns.config().withBudget(Budget.ofSteps(2)), FourColours.of(40), run, TrainListener.NONE)
                .profiled()
                .run();
        assertThat(run.readProfile().steps()).isZero();
        assertThat(run.readProfile().seconds()).isZero();
    }
}
