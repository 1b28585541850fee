package org.mmcr.cli;

import java.awt.Desktop;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.data.io.FileFailure;
import org.mmcr.explorer.ExploreEncoder;
import org.mmcr.explorer.ExploreOptions;
import org.mmcr.explorer.Explorer;
import org.mmcr.explorer.TextSupport;
import org.mmcr.explorer.filter.ColumnTable;
import org.mmcr.explorer.http.PublicOrigin;
import org.mmcr.explorer.http.WebOptions;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.run.PairedModel;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr explore RUN...} and {@code mmcr explore --encoder FILE --data DATA}. */
@Command(
        name = "explore",
        description = {
            "Opens runs in the browser, to watch them train, browse their pictures and label them.",
            "Shows curves, a map of the pictures, their neighbours and the sphere of views; a classifier follows the labels,",
            "and a curation can be reviewed. With --encoder FILE and --data DATA no run is needed."
        },
        footer = {
            "",
            "The page is served to this machine alone until Ctrl-C, to browsers that open the printed address: it has a token.",
            "Map and labels are kept in RUN/explore, or in --out, features in the user's cache; labels are on disk before the page shows",
            "them."
        })
final class ExploreCommand extends Subcommand {
    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description =
                    "Folders that pretrain wrote or is writing, or a folder of such runs, the newest first; the first"
                            + " run's encoder is used.")
    private List<Path> folders = List.of();

    @Mixin
    private final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for map and labels with --encoder. Default: FILE's name with -explore.")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "The pictures. Default: those the first run was trained on; needed with --encoder.")
    private Optional<String> data = Optional.empty();

    @Option(
            names = "--curation",
            paramLabel = "CSV|DIR",
            description = {
                "The curation.csv of mmcr curate, or its folder: its suggestions are shown to be confirmed or dismissed.",
                "Default: curation.csv or curation/curation.csv in the first run's folder."
            })
    private Optional<Path> curation = Optional.empty();

    @Option(
            names = "--columns",
            paramLabel = "CSV",
            description = {
                "A table with a column path, as in labels.csv, and further columns of numbers or texts, by which the map",
                "can be filtered: score<0.5 or split:test."
            })
    private Optional<Path> columns = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Port to answer at, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port = 8080;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = {
                "Answer at this address instead of loopback, so that other machines can reach it. The pictures travel",
                "unencrypted."
            })
    private String host = ExploreOptions.LOOPBACK;

    @Option(
            names = "--public-origin",
            paramLabel = "URL",
            description = "Address of a proxy that browsers open instead, for example https://host/prefix.")
    private Optional<String> publicOrigin = Optional.empty();

    @Option(
            names = "--no-whiten",
            description = "Search neighbours in the features as they are instead of whitened ones.")
    private boolean noWhiten;

    @Option(names = "--open", description = "Open the page in the default browser.")
    private boolean open;

    ExploreCommand(CommandContext context) {
        super(context);
    }

    /** What {@code explore --json} prints once the page can be opened. */
    record Serving(String address, List<String> runs) {}

    @Override
    int execute() {
        requireOneSource();
        requireCuration();
        Optional<ColumnTable> table = columns.map(ColumnTable::read);
        int threads = useThreads();
        List<RunDirectory> runs = runs();
        PairedModel.refuse(runs);
        requireAddress();
        ExploreOptions options = (choice.file().isPresent()
                        ? encoderOptions(choice.file().get(), threads)
                        : options(runs, threads))
                .withCuration(curation)
                .withColumns(table);
        CountDownLatch told = new CountDownLatch(1);
        try (Interrupts.Registration ignored = context().interrupts().onRequest(told::countDown);
                Explorer explorer = Explorer.start(options)) {
            URI address = explorer.address();
            if (common.json) {
                printJson(new Serving(
                        address.toString(),
                        runs.stream().map(RunDirectory::toString).toList()));
            } else {
                text().println("open " + address + " in a browser; Ctrl-C ends it");
                text().flush();
            }
            if (open) {
                browse(explorer.writeStartPage().toUri());
            }
            told.await();
            return ExitCode.DONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    /** Opens the runs; of a folder of runs all of them, those with weights first, the newest first. */
    private List<RunDirectory> runs() {
        List<RunDirectory> runs = new ArrayList<>();
        for (Path folder : folders) {
            List<RunDirectory> inside = RunDirectory.isRun(folder) ? List.of() : runsIn(folder);
            if (inside.isEmpty()) {
                runs.add(RunDirectory.open(folder));
            } else {
                runs.addAll(inside);
                remarks()
                        .printf(
                                "runs in %s: %d; pictures, map and labels are those of %s; name another run first to choose"
                                        + " it%n",
                                folder, inside.size(), inside.get(0).root());
            }
        }
        return runs;
    }

    private static List<RunDirectory> runsIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(RunDirectory::isRun)
                    .map(RunDirectory::open)
                    .sorted(Comparator.comparing(
                                    (RunDirectory run) -> run.latestCheckpoint().isEmpty())
                            .thenComparing(ExploreCommand::started, Comparator.reverseOrder())
                            .thenComparing(run -> run.root().toString()))
                    .toList();
        } catch (IOException e) {
            throw FileFailure.exception("to read " + folder, e, "check the permission");
        }
    }

    private static FileTime started(RunDirectory run) {
        try {
            return Files.getLastModifiedTime(run.root().resolve("config.yaml"));
        } catch (IOException e) {
            return FileTime.fromMillis(0); // it goes last
        }
    }

    private void requireOneSource() {
        if (folders.isEmpty() == choice.file().isEmpty()) {
            throw new UsageException("expected either RUN or --encoder FILE, found "
                    + (folders.isEmpty() ? "neither" : "both") + "; give one of them");
        }
        if (choice.file().isPresent() && data.isEmpty()) {
            throw new UsageException("expected --data DATA with --encoder, found none; give a folder of pictures");
        }
        List<String> ofFile = new ArrayList<>(choice.givenForFile());
        ofFile.addAll(out.isPresent() ? List.of("--out") : List.of());
        if (!folders.isEmpty() && !ofFile.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", ofFile)
                    + " only with --encoder FILE, found it with a run; leave it out");
        }
    }

    private void requireCuration() {
        if (curation.isPresent() && !Files.exists(curation.get())) {
            throw new UsageException("expected the curation.csv of mmcr curate, or its folder, at --curation "
                    + curation.get() + ", found nothing; check the path");
        }
    }

    private void requireAddress() {
        UsageException.check(() -> {
            WebOptions.requirePort(port);
            return origin();
        });
    }

    private Optional<PublicOrigin> origin() {
        return publicOrigin.map(PublicOrigin::parse);
    }

    private ExploreOptions encoderOptions(Path file, int threads) {
        // Not closed: requests may still compute when the explorer ends, and the process ends with it.
        ChosenEncoder chosen = choice.choose(Optional.empty(), remarks());
        Path folder = out.orElseGet(() -> folderOf(file));
        ExploreEncoder encoder = ExploreEncoder.of(chosen.features(), chosen.fingerprint());
        return new ExploreOptions(
                        List.of(),
                        Optional.of(chosen.network()
                                .map(network -> encoder.withTexts(
                                        texts(file, network.encoder().spec())))
                                .orElse(encoder)),
                        folder,
                        FeatureCache.ofUser(),
                        data,
                        host,
                        port,
                        origin(),
                        threads,
                        seed(0))
                .withWhitening(!noWhiten);
    }

    /** Reads the text tower beside a vision tower. */
    private TextSupport texts(Path file, EncoderSpec vision) {
        TextSupport texts = TextSupport.of(file, vision, choice.network());
        texts.encoder()
                .ifPresent(found -> remarks().println("pictures can be found by description: text tower in " + file));
        texts.problem().ifPresent(problem -> remarks().println("pictures cannot be found by description: " + problem));
        return texts;
    }

    /** Returns the usual folder of an encoder's labels and map. */
    static Path folderOf(Path encoder) {
        return Path.of(encoder.getFileName().toString().replaceFirst("\\.[^.]+$", "") + "-explore");
    }

    private ExploreOptions options(List<RunDirectory> runs, int threads) {
        return new ExploreOptions(runs, data, host, port, origin(), threads, seed(0))
                .withCache(FeatureCache.ofUser())
                .withWhitening(!noWhiten);
    }

    private void browse(URI address) {
        try {
            if (Desktop.isDesktopSupported() && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)) {
                Desktop.getDesktop().browse(address);
                return;
            }
            new ProcessBuilder(opener(), address.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            remarks().println("no browser could be started; open the address yourself");
        }
    }

    /** Returns the program that opens an address where Java has no desktop, as in the launcher's headless mode. */
    private static String opener() {
        String system = System.getProperty("os.name");
        if (system.startsWith("Mac")) {
            return "open";
        }
        return system.startsWith("Windows") ? "explorer" : "xdg-open";
    }
}
