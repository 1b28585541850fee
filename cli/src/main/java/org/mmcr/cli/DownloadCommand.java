package org.mmcr.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.mmcr.data.download.DownloadListener;
import org.mmcr.data.download.Downloads;
import org.mmcr.data.download.PublicDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mmcr download NAME --to DIR}. */
@Command(
        name = "download",
        description = "Downloads a public data set from its official address, verifies and unpacks it.",
        footer = {
            "",
            "An interrupted download is resumed by the same command. Without a network the message names the files to download and",
            "their folder. DIR is then a data location for every command: DIR#train, DIR#test."
        })
final class DownloadCommand extends Subcommand {
    @Parameters(
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Folder of the data set.")
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Option(
            names = "--url",
            paramLabel = "BASE",
            description = "Address of a folder with the same files. They are verified as well.")
    Optional<URI> url = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    private volatile boolean cancelled;

    DownloadCommand(CommandContext context) {
        super(context);
    }

    /** Names for the help and for completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return PublicDataset.ALL.stream().map(PublicDataset::name).iterator();
        }
    }

    /** The document of {@code download --json}. */
    record DownloadResult(String dataset, String folder, String train, String test) {}

    @Override
    int execute() {
        PublicDataset dataset = dataset();
        PublicDataset place = url.map(this::checked).map(dataset::at).orElse(dataset);
        try (BytesShown shown = new BytesShown();
                Interrupts.Registration ignored = context().interrupts().onRequest(() -> cancelled = true)) {
            Downloads.fetch(place, folder, shown);
        } catch (CancellationException e) {
            remarks().println("interrupted; run the same command again to resume");
            return ExitCode.INTERRUPTED;
        }
        return finish(
                new DownloadResult(name, folder.toString(), folder + "#train", folder + "#test"),
                result -> text().printf("%s: train with %s, test with %s%n", name, result.train(), result.test()));
    }

    private PublicDataset dataset() {
        return PublicDataset.ALL.stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong("expected one of "
                        + PublicDataset.ALL.stream().map(PublicDataset::name).collect(Collectors.joining(", "))
                        + ", found " + name));
    }

    private URI checked(URI base) {
        if (!List.of("http", "https").contains(String.valueOf(base.getScheme()))) {
            throw wrong("expected an address that begins with http:// or https:// after --url, found " + base);
        }
        return base;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** A bar per file on a terminal, otherwise a line at its start. */
    private final class BytesShown implements DownloadListener, AutoCloseable {
        private String current = "";
        private Optional<ProgressBar> bar = Optional.empty();

        @Override
        public void file(String what) {
            close();
            current = what;
            if (context().terminal().columns().isEmpty()) {
                remarks().println(what);
            }
        }

        private static String megabytes(long bytes) {
            return bytes / 1_000_000 + " MB";
        }

        @Override
        public void bytes(long done, long total) {
            if (cancelled) {
                throw new CancellationException();
            }
            if (bar.isEmpty() && context().terminal().columns().isPresent()) {
                String last = current.substring(current.lastIndexOf('/') + 1);
                bar = Optional.of(LiveLine.open(context().terminal(), last, total, done, one -> megabytes(one))
                        .build());
            }
            bar.ifPresent(shown -> shown.stepTo(done));
        }

        @Override
        public void close() {
            bar.ifPresent(shown -> LiveLine.close(context().terminal(), shown));
            bar = Optional.empty();
        }
    }
}
