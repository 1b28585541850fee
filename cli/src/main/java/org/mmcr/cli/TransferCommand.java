package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.report.evaluation.Transfer;
import org.mmcr.report.evaluation.TransferFiles;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr transfer RUN... --data DATA...}. */
@Command(
        name = "transfer",
        abbreviateSynopsis = true,
        description = "Measures encoders on several labelled data sets, in one table.",
        footer = {
            "",
            "Linear probe and weighted kNN, on the features as they are and whitened, as evaluate measures them. --out"
                    + " keeps the table",
            "as transfer.json, .csv and .html. Features are kept for later commands, so that the same command"
                    + " continues after Ctrl-C."
        })
final class TransferCommand extends Subcommand {
    @Parameters(arity = "0..*", paramLabel = "RUN", description = "Folders that pretrain wrote.")
    List<Path> runs = new ArrayList<>();

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description = "A labelled data set: a folder or archive with the parts train and test, or NAME=TRAIN,TEST."
                    + " May be given several times.")
    List<String> data = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write the results as transfer.json, transfer.csv and transfer.html there.")
    Optional<Path> out = Optional.empty();

    @Mixin
    final OutputFolder output = new OutputFolder();

    @Mixin
    final CacheChoice cache = new CacheChoice();

    @Mixin
    final TableChoice table = new TableChoice();

    TransferCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        if (runs.isEmpty() && choice.files.isEmpty()) {
            throw new UsageException("expected RUN or --encoder FILE, found neither; give one or several");
        }
        List<LabelledSet> sets = data.stream().map(LabelledSet::of).toList();
        Set<String> names = new HashSet<>();
        for (LabelledSet set : sets) {
            if (!names.add(set.name())) {
                throw new UsageException("expected a name for each data set, found two called " + set.name()
                        + "; write --data NAME=" + set.train() + "," + set.test());
            }
        }
        EvaluationOptions options = EvaluationOptions.defaults()
                .withSeed(seed(0))
                .withThreads(useThreads())
                .withoutBaselines();
        Transfer transfer;
        try (NamedEncoders encoders = NamedEncoders.choose(choice, runs, remarks());
                OutputFolder.Writing writing = output.open(out, TransferFiles::of);
                Opened opened =
                        reading("reading the data sets", () -> Opened.of(sets, encoders.dataOptions(table), options));
                PassProgress progress = new PassProgress(context().terminal())) {
            transfer = Transfer.measure(
                    encoders.list(), encoders.features(cache, options, remarks()), opened.sets(), options, progress);
            if (out.isPresent()) {
                TransferFiles.write(out.get(), transfer);
            }
        }
        return finish(transfer, this::print);
    }

    private void print(Transfer transfer) {
        TransferFiles.descriptions(transfer).forEach(text()::println);
        TransferFiles.lines(transfer).forEach((title, rows) -> {
            line(title, TransferFiles.heading(transfer));
            rows.forEach(row -> line("  " + row.get(0), row));
        });
        TransferFiles.notes(transfer).forEach(note -> text().println("note: " + note));
        out.ifPresent(folder -> text().println("table and page: " + folder));
    }

    /** cells: the first one is left out. */
    private void line(String first, List<String> cells) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-32s", first));
        cells.stream().skip(1).forEach(cell -> line.append(String.format(Locale.ROOT, "  %14s", cell)));
        text().println(line);
    }

    /** The data of all sets, opened and checked before anything is measured. */
    private record Opened(List<Transfer.Named> sets, List<DataSource> sources) implements AutoCloseable {

        static Opened of(List<LabelledSet> sets, DataOptions data, EvaluationOptions options) {
            Opened opened = new Opened(new ArrayList<>(), new ArrayList<>());
            try {
                for (LabelledSet set : sets) {
                    opened.add(set, data, options);
                }
                return opened;
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
        }

        private void add(LabelledSet set, DataOptions data, EvaluationOptions options) {
            try {
                DataSource train = open(set.train(), data);
                DataSource test = open(set.test(), data);
                sets.add(new Transfer.Named(set.name(), EvaluationData.of(train, test, options)));
            } catch (MmcrException e) {
                throw new MmcrException("data set " + set.name() + ": " + e.getMessage(), e);
            }
        }

        private DataSource open(String location, DataOptions data) {
            DataSource source = DataSources.open(location, data);
            sources.add(source);
            return source;
        }

        @Override
        public void close() {
            sources.forEach(DataSource::close);
        }
    }
}
