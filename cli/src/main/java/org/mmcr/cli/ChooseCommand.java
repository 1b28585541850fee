package org.mmcr.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.analysis.quality.CheckpointChoice;
import org.mmcr.core.MmcrException;
import org.mmcr.core.quality.Measure;
import org.mmcr.core.quality.QualityOptions;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr choose RUN... [--data DATA]}. */
@Command(
        name = "choose",
        description =
                "Recommends a checkpoint of one or several runs by a measure without labels, and says how sure it is.",
        footer = {
            "",
            "Every checkpoint that the runs keep (--set checkpoint.keep=N) is measured on the same pictures, after its projector and with",
            "its run's augmentation. Intervals are over pictures; differences use the same pictures in both. A tie is a difference",
            "whose 95 %% interval contains 0. docs/quality.md says how well each measure orders encoders."
        })
final class ChooseCommand extends Subcommand {
    private static final int VIEWS = 4;
    private static final int PICTURES = 1000;
    private static final int RESAMPLES = 100;

    /** Measures of which a larger value is a better sign. */
    enum Ranking {
        infonce(Measure.INFONCE),
        effective_rank(Measure.EFFECTIVE_RANK),
        nesum(Measure.NESUM),
        rankme(Measure.RANKME),
        lidar(Measure.LIDAR);

        private final Measure measure;

        Ranking(Measure measure) {
            this.measure = measure;
        }
    }

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "Pictures or a table. Default: the data that the runs were trained on.")
    private Optional<String> data = Optional.empty();

    @Option(
            names = "--measure",
            paramLabel = "M",
            description =
                    "infonce, effective_rank, nesum, rankme or lidar; the largest value is recommended. Default: infonce.")
    private Ranking measure = Ranking.infonce;

    @Option(
            names = "--pictures",
            paramLabel = "N",
            description = "Embed N pictures of DATA at most, spread over it. Default: ${DEFAULT-VALUE}.")
    private int pictures = PICTURES;

    @Option(names = "--views", paramLabel = "K", description = "Views of each picture. Default: ${DEFAULT-VALUE}.")
    private int views = VIEWS;

    @Option(
            names = "--resamples",
            paramLabel = "R",
            description = "Bootstrap samples of the pictures. Default: ${DEFAULT-VALUE}.")
    private int resamples = RESAMPLES;

    ChooseCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() {
        if (pictures < 2 || views < 2 || resamples < 2) {
            throw new UsageException("expected --pictures, --views and --resamples of at least 2, found " + pictures
                    + ", " + views + " and " + resamples);
        }
        int threads = useThreads();
        List<RunDirectory> folders = runs.stream().map(RunDirectory::open).toList();
        CheckpointChoice.Setting setting = new CheckpointChoice.Setting(
                measure.measure, pictures, views, new QualityOptions(resamples, seed(0)), threads);
        CheckpointChoice choice;
        try (DataSource source = open(location(folders), options(folders.get(0)));
                WorkProgress progress = new WorkProgress(context().terminal())) {
            if (source.size() < 2) {
                throw new MmcrException("expected at least 2 pictures in " + source.location() + ", found "
                        + source.size() + "; give more with --data");
            }
            choice = CheckpointChoice.of(folders, source, setting, progress::at);
        }
        return finish(choice, this::print);
    }

    /** Reads the training data as the run did, other data with the columns of its table. */
    private DataOptions options(RunDirectory run) {
        DataOptions trained = run.readConfig().data();
        return data.isPresent() ? DataOptions.defaults().withTable(trained.table()) : trained;
    }

    private String location(List<RunDirectory> folders) {
        if (data.isPresent()) {
            return data.get();
        }
        List<String> trained = folders.stream()
                .map(run -> RunReport.read(run).dataLocation())
                .distinct()
                .toList();
        if (trained.size() > 1) {
            throw new UsageException("expected --data DATA with runs of different data, found " + trained.get(0)
                    + " and " + trained.get(1) + "; name the pictures to measure all of them on");
        }
        return trained.get(0);
    }

    private void print(CheckpointChoice choice) {
        text().printf("%-30s %9s  %-28s %-28s %s%n", "run", "step", choice.measure(), "below the best", "best in");
        for (CheckpointChoice.Candidate one : choice.candidates()) {
            text().printf(
                            Locale.ROOT,
                            "%-30s %9d  %-28s %-28s %3.0f %%%s%n",
                            one.run(),
                            one.step(),
                            one.value().map(ChooseCommand::shown).orElse("no value"),
                            one.belowBest().map(ChooseCommand::shown).orElse(""),
                            100 * one.bestShare(),
                            one.checkpoint().equals(choice.checkpoint()) ? "  <-" : one.tied() ? "  tie" : "");
        }
        text().printf("recommended: %s, step %d (%s)%n", choice.run(), choice.step(), choice.checkpoint());
        text().println(
                        choice.candidates().size() == 1
                                ? "it is the only checkpoint"
                                : choice.tied() == 0
                                        ? "these pictures distinguish it from every other checkpoint"
                                        : choice.tied()
                                                + (choice.tied() == 1 ? " other checkpoint" : " other checkpoints")
                                                + " cannot be told apart from it");
        choice.notes().forEach(note -> text().println("- " + note));
        text().printf(
                        Locale.ROOT,
                        "%,d pictures, %d views each, %.1f s%n",
                        choice.pictures(),
                        choice.views(),
                        choice.seconds());
    }

    private static String shown(Value value) {
        return String.format(
                Locale.ROOT,
                "%.4g [%.4g, %.4g]",
                value.value(),
                value.ci95().get(0),
                value.ci95().get(1));
    }
}
