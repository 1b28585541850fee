package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.explorer.http.MachineNames;
import org.mmcr.explorer.http.PublicOrigin;
import org.mmcr.explorer.http.WebOptions;
import org.mmcr.explorer.serve.HeadSource;
import org.mmcr.explorer.serve.LabelSource;
import org.mmcr.explorer.serve.PictureIndex;
import org.mmcr.explorer.serve.PictureServer;
import org.mmcr.explorer.serve.ProbeSource;
import org.mmcr.explorer.serve.ServeLimits;
import org.mmcr.explorer.serve.ServedModel;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr serve RUN} and {@code mmcr serve --encoder FILE}. */
@Command(
        name = "serve",
        description = {
            "Answers pictures over HTTP: features, with --classifier classes, with --index the most similar pictures.",
            "Programs send the printed token with every request; the printed address opens a page to drop a picture on."
        },
        footer = {
            "",
            "It answers this machine alone unless --host is given, and speaks HTTP: put a proxy with TLS in front of it for others.",
            "Ctrl-C answers the requests in progress and ends it. Requests beyond the limits are refused (413, 422, 429, 503)."
        })
final class ServeCommand extends Subcommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Folder that pretrain wrote.")
    private Optional<Path> folder = Optional.empty();

    @Mixin
    private final EncoderChoice choice = new EncoderChoice();

    /** Where a classifier comes from. */
    enum ClassifierKind {
        /** The labels of the explorer. */
        labels,
        /** The linear probe that evaluate fitted. */
        probe
    }

    @Option(
            names = "--classifier",
            paramLabel = "C",
            description =
                    "Also answer classes: of the labels given in mmcr explore (labels), or of the linear probe that"
                            + " evaluate fitted (probe). A change of either is read without a restart.")
    private Optional<ClassifierKind> classifier = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "The labelled pictures, with --classifier labels. Default: those the run was trained on.")
    private Optional<String> data = Optional.empty();

    @Option(
            names = "--labels",
            paramLabel = "DIR",
            description =
                    "Folder of mmcr explore, with --classifier labels. Default: RUN/explore, or FILE's name with -explore.")
    private Optional<Path> labels = Optional.empty();

    @Option(
            names = "--index",
            paramLabel = "X",
            description =
                    "Also answer the most similar of these pictures: features that embed wrote (.parquet, .npy, .csv).")
    private Optional<Path> index = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Port to answer at, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port = 8080;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Answer at this address instead of loopback. Pictures and token travel unencrypted.")
    private String host = MachineNames.LOOPBACK;

    @Option(
            names = "--public-origin",
            paramLabel = "URL",
            description = "Address of a proxy that browsers open instead, for example https://host/prefix.")
    private Optional<String> publicOrigin = Optional.empty();

    @Option(
            names = "--token",
            paramLabel = "T",
            defaultValue = "${env:MMCR_TOKEN}",
            description = "What requests must send. Other users of this machine can read it here; MMCR_TOKEN in the"
                    + " environment is safer. Default: a random one.")
    private Optional<String> token = Optional.empty();

    @Option(
            names = "--queue",
            paramLabel = "N",
            description = "Most pictures in progress; further ones are answered with 429. Default: ${DEFAULT-VALUE}.")
    private int queue = ServeLimits.USUAL_QUEUE;

    @Option(
            names = "--wait",
            paramLabel = "MS",
            description = "How long a batch waits for further pictures. Default: ${DEFAULT-VALUE} ms.")
    private int wait = ServeLimits.USUAL_WAIT_MILLIS;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "Seconds after which a request is given up with 503. Default: ${DEFAULT-VALUE}.")
    private int timeout = ServeLimits.USUAL_TIMEOUT_SECONDS;

    @Option(
            names = "--max-mib",
            paramLabel = "MIB",
            description = "Largest body of a request. Default: ${DEFAULT-VALUE} MiB.")
    private int mib = ServeLimits.USUAL_MIB;

    @Option(
            names = "--max-megapixels",
            paramLabel = "MP",
            description = "Largest picture, in millions of pixels. Default: ${DEFAULT-VALUE}.")
    private int megapixels = ServeLimits.USUAL_MEGAPIXELS;

    ServeCommand(CommandContext context) {
        super(context);
    }

    /** What {@code serve --json} prints once requests are answered. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Served(String address, Optional<String> token, String encoder) {}

    @Override
    int execute() {
        requireOptions();
        int threads = useThreads();
        ServeLimits limits = UsageException.check(() -> new ServeLimits(
                queue,
                Duration.ofMillis(wait),
                Duration.ofSeconds(timeout),
                (long) mib << 20,
                megapixels * 1_000_000L));
        WebOptions web = UsageException.check(() -> new WebOptions(
                "serve",
                host,
                port,
                publicOrigin.map(PublicOrigin::parse),
                token,
                Set.of(PictureServer.HEALTH),
                limits.bodyBytes()));
        CountDownLatch told = new CountDownLatch(1);
        // The encoder is not closed: the process ends with the server.
        // Until the server has started, Ctrl-C ends the process at once.
        try (PictureServer server = PictureServer.start(web, limits, threads, () -> model(threads));
                Interrupts.Registration ignored = context().interrupts().onRequest(told::countDown)) {
            report(server);
            told.await();
            remarks().println("answering the requests in progress; then the server ends");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.INTERRUPTED;
    }

    private void report(PictureServer server) {
        if (common.json) {
            printJson(new Served(
                    server.base().toString(),
                    token.isPresent() ? Optional.empty() : Optional.of(server.token()),
                    folder.or(choice::file).map(Path::toString).orElse("")));
            return;
        }
        // A token of one's own is a secret that the log of a service must not show.
        boolean given = token.isPresent();
        text().println("open " + (given ? server.base() + "?token=TOKEN" : server.address())
                + " in a browser, or send pictures; Ctrl-C ends it"
                + (given ? "; TOKEN is the token that was given" : ""));
        text().println("  curl -H 'Authorization: Bearer " + (given ? "TOKEN" : server.token())
                + "' --data-binary @x.jpg" + " -H 'Content-Type: image/jpeg' " + server.base() + "features");
        text().flush();
    }

    private void requireOptions() {
        if (folder.isPresent() == choice.file().isPresent()) {
            throw new UsageException("expected either RUN or --encoder FILE, found "
                    + (folder.isPresent() ? "both" : "neither") + "; give one of them");
        }
        boolean ofLabels = classifier.equals(Optional.of(ClassifierKind.labels));
        List<String> needing = new ArrayList<>();
        data.ifPresent(given -> needing.add("--data"));
        labels.ifPresent(given -> needing.add("--labels"));
        if (!ofLabels && !needing.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", needing)
                    + " only with --classifier labels, found it without; leave it out");
        }
        if (ofLabels && folder.isEmpty() && data.isEmpty()) {
            throw new UsageException("expected --data DATA with --encoder and --classifier labels, found none; give the"
                    + " pictures that were labelled");
        }
        if (classifier.equals(Optional.of(ClassifierKind.probe)) && folder.isEmpty()) {
            throw new UsageException("expected a run with --classifier probe, found --encoder FILE; only evaluate RUN"
                    + " keeps a probe");
        }
    }

    private ServedModel model(int threads) {
        ChosenEncoder chosen = choice.choose(folder, remarks());
        return new ServedModel(
                chosen.features(),
                chosen.source(),
                classifier.map(kind -> kind == ClassifierKind.probe ? probe(chosen) : labels(chosen, threads)),
                index.map(file -> PictureIndex.read(file, chosen.features().width(), threads)));
    }

    private HeadSource probe(ChosenEncoder chosen) {
        return new ProbeSource(
                RunDirectory.open(folder.orElseThrow()), chosen.run().orElseThrow());
    }

    private HeadSource labels(ChosenEncoder chosen, int threads) {
        Optional<RunDirectory> run = folder.map(RunDirectory::open);
        Path kept = labels.or(() -> run.map(RunDirectory::explore))
                .orElseGet(() -> ExploreCommand.folderOf(choice.file().orElseThrow()));
        String location = data.orElseGet(() -> RunReport.trainingData(run.orElseThrow()));
        remarks().println("features of " + location + ", unless they are kept from an earlier command");
        return reading(
                "reading " + location + " and its features",
                () -> LabelSource.open(
                        kept,
                        location,
                        chosen.features(),
                        chosen.fingerprint(),
                        FeatureCache.ofUser(),
                        threads,
                        ProgressListener.NONE));
    }
}
