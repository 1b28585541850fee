package org.mmcr.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.SafetensorsExport;
import org.mmcr.data.io.TemporaryFolder;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code embed ENCODER --data PATH --out PATH}. */
@Command(
        name = "embed",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Writes an encoder's features of any number of pictures as Parquet: path, label, embedding.")
final class SparkEmbedCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "ENCODER",
            description = "Folder of a run, or safetensors file of mmcr export; on the driver's machine.")
    @SuppressWarnings("NullAway.Init")
    private Path encoder;

    @Option(names = "--data", required = true, paramLabel = "PATH", description = "The pictures.")
    @SuppressWarnings("NullAway.Init")
    private String data;

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "Storage format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private PictureTable.Format format = PictureTable.Format.pictures;

    @Option(names = "--out", required = true, paramLabel = "PATH", description = "Folder for the Parquet files.")
    @SuppressWarnings("NullAway.Init")
    private String out;

    @Option(names = "--batch", paramLabel = "N", description = "Pictures in a forward pass. Default: ${DEFAULT-VALUE}.")
    private int batch = 64;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "auto, fp32 or bf16, the same on every executor. Default: ${DEFAULT-VALUE}.")
    private Precision precision = Precision.FP32;

    @Mixin
    private final JobOptions job = new JobOptions();

    /** The document of {@code --json}. */
    record EmbedReport(String embeddings, long rows, Map<String, String> broken) {}

    @Override
    public Integer call() throws IOException {
        if (batch < 1) {
            throw job.wrong("expected --batch of at least 1, found " + batch + "; 64 is usual");
        }
        try (TemporaryFolder folder = new TemporaryFolder();
                SparkSession session = job.session("embed")) {
            Path exported = folder.path().resolve("encoder.safetensors");
            boolean run = Files.isDirectory(encoder);
            if (run) {
                SafetensorsExport.write(exported, ExportSource.of(RunDirectory.open(encoder), false, false));
            }
            SparkEmbedder.Result result = SparkEmbedder.embed(
                    session, run ? exported : encoder, precision, PictureTable.open(session, data, format), out, batch);
            job.publish(session, new EmbedReport(out, result.rows(), result.broken()), text(result));
            return 0;
        }
    }

    private String text(SparkEmbedder.Result result) {
        String rows = String.format(Locale.ROOT, "%,d rows: %s", result.rows(), out);
        return result.broken().isEmpty()
                ? rows
                : rows + System.lineSeparator() + result.broken().size()
                        + " pictures could not be read and have no row, for example "
                        + result.broken().entrySet().iterator().next();
    }
}
