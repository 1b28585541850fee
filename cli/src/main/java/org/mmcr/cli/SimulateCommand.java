package org.mmcr.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mmcr simulate NAME}: the group of simulations. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WHAT",
        description = "Runs a simulation of the theory: figure1, sphere or information.")
final class SimulateCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private SimulateCommand() {}

    static CommandLine group(CommandContext context) {
        CommandLine group = new CommandLine(new SimulateCommand());
        List.<Subcommand>of(new Figure1Command(context), new SphereCommand(context), new InformationCommand(context))
                .forEach(group::addSubcommand);
        return group;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "the name of a simulation is missing, for example: mmcr simulate figure1 --out figure1");
    }
}
