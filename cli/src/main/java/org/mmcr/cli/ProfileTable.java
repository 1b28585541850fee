package org.mmcr.cli;

import java.io.PrintWriter;
import org.mmcr.train.run.StepProfile;

/** The table of {@code pretrain --profile}. */
final class ProfileTable {
    private final StepProfile profile;
    private final PrintWriter text;

    private ProfileTable(StepProfile profile, PrintWriter text) {
        this.profile = profile;
        this.text = text;
    }

    static void print(StepProfile profile, PrintWriter text) {
        if (profile.steps() == 0) {
            text.println("no profile: the first steps only warm up; train for more");
            return;
        }
        new ProfileTable(profile, text).print();
    }

    private void print() {
        text.printf("%na step takes %.1f ms, mean of %,d%n", 1e3 * profile.seconds(), profile.steps());
        row("waiting for views", profile.views());
        row("forward", profile.forward());
        row("objective", profile.objective());
        row("backward", profile.backward());
        for (StepProfile.Block block : profile.blocks()) {
            row("  " + block.name(), block.seconds());
        }
        row("gradients", profile.gradients());
        row("optimizer", profile.optimizer());
        row("average", profile.average());
        row("other", profile.other());
    }

    private void row(String name, double seconds) {
        text.printf("  %-24s %8.1f ms %5.1f %%%n", name, 1e3 * seconds, 100 * seconds / profile.seconds());
    }
}
