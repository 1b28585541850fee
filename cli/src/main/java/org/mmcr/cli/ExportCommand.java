package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mmcr.export.ExportSource;
import org.mmcr.export.SafetensorsExport;
import org.mmcr.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr export RUN --format F --out FILE}. */
@Command(
        name = "export",
        description = "Writes a run's encoder for other programs.",
        footer = {
            "",
            "safetensors: the weights; a ResNet's names and shapes are torchvision's, so that torchvision and timm load them.",
            "Recipe, steps, data, metrics, version and how pictures are prepared are in the file's metadata."
        })
final class ExportCommand extends Subcommand {
    @Parameters(paramLabel = "RUN", description = "Folder that pretrain wrote.")
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Option(names = "--format", required = true, paramLabel = "F", description = "${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    Format format;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where it goes.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Option(names = "--with-projector", description = "Add the projector, from features to the objective's embeddings.")
    boolean withProjector;

    @Option(names = "--with-probe", description = "Add the linear classifier that evaluate fitted, with its classes.")
    boolean withProbe;

    /** What is written. */
    enum Format {
        safetensors
    }

    ExportCommand(CommandContext context) {
        super(context);
    }

    /** What {@code export --json} prints. */
    record ExportResult(String file, String format, long bytes, int features) {}

    @Override
    int execute() throws IOException {
        useThreads();
        ExportSource source = ExportSource.of(RunDirectory.open(folder), withProjector, withProbe);
        SafetensorsExport.write(out, source);
        ExportResult result = new ExportResult(
                out.toString(), format.name(), Files.size(out), source.encoder().features());
        if (common.json) {
            printJson(result);
        } else {
            text().printf("%s: %,d bytes, %,d features%n", out, result.bytes(), result.features());
        }
        return ExitCode.DONE;
    }
}
