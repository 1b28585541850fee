package org.mmcr.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mmcr study NAME}: the group of studies that train many networks. */
@Command(
        name = "study",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WHAT",
        description = "Trains many small networks to answer a question about the objective.")
final class StudyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private StudyCommand() {}

    static CommandLine group(CommandContext context) {
        CommandLine group = new CommandLine(new StudyCommand());
        group.addSubcommand(new ThresholdCommand(context));
        return group;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "the name of a study is missing, for example: mmcr study threshold pictures/ --out threshold");
    }
}
