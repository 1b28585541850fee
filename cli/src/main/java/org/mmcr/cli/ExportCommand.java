package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.analysis.embed.Provenance;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.FileFingerprint;
import org.mmcr.analysis.export.OnnxCheck;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.analysis.export.SafetensorsExport;
import org.mmcr.analysis.export.SavedWhitening;
import org.mmcr.analysis.export.TorchScriptExport;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.train.evaluate.Whitening;
import org.mmcr.train.run.PairedModel;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr export RUN --format F --out FILE}. */
@Command(
        name = "export",
        description = "Exports a run's encoder for other programs.",
        footer = {
            "",
            "safetensors: the weights; a ResNet has torchvision's names and shapes, so that torchvision and timm load it.",
            "onnx: the network, for any batch size; written only if ONNX Runtime's output matches libtorch's.",
            "torchscript: the network for torch.jit.load.",
            "The file's metadata have recipe, steps, data, metrics, version and the preparation of pictures."
        })
final class ExportCommand extends Subcommand {
    @Parameters(paramLabel = "RUN", description = "Folder of a run.")
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Option(names = "--format", required = true, paramLabel = "F", description = "${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    Format format;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Option(names = "--with-projector", description = "Add the projector from features to embeddings.")
    boolean withProjector;

    @Option(names = "--with-probe", description = "Add the linear classifier of evaluate, with its classes.")
    boolean withProbe;

    @Option(names = "--whiten", description = "Whiten the features: one more linear layer, from the run's statistics.")
    boolean whiten;

    @Option(
            names = "--modality",
            paramLabel = "NAME|INDEX",
            description = "Of a run on paired data: the network of this modality, with the projector.")
    Optional<String> modality = Optional.empty();

    @Option(
            names = "--opset",
            paramLabel = "N",
            description = "Operator set of ONNX. Default: " + OnnxExport.OPSET + ".")
    Optional<Integer> opset = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "Data on which ONNX Runtime and libtorch are compared. Default: the training data.")
    Optional<String> data = Optional.empty();

    @Mixin
    final TableChoice table = new TableChoice();

    @Mixin
    final OutputFile output = new OutputFile();

    /** Export formats. */
    enum Format {
        safetensors,
        onnx,
        torchscript
    }

    ExportCommand(CommandContext context) {
        super(context);
    }

    /** The document of {@code export --json}. */
    record ExportResult(
            String file,
            String format,
            long bytes,
            int features,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Provenance.Whitened> whitened,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<OnnxCheck> check) {}

    @Override
    int execute() throws IOException {
        if (format != Format.onnx && (opset.isPresent() || data.isPresent())) {
            throw new UsageException(
                    "expected --opset and --data only with --format onnx, found one with " + format + "; omit it");
        }
        opset.ifPresent(given -> UsageException.check(() -> OnnxExport.requireOpset(given)));
        if (modality.isPresent() && withProbe) {
            throw new UsageException("expected no --with-probe with --modality, found both; paired data has no probe");
        }
        if (modality.isPresent() && whiten) {
            throw new UsageException("expected no --whiten with --modality, found both; embeddings are not whitened");
        }
        int threads = useThreads();
        RunDirectory run = RunDirectory.open(folder);
        Optional<OnnxCheck> check;
        Optional<WhiteningChoice> whitened = Optional.empty();
        Optional<Provenance.Whitened> whitenedWith;
        int features;
        try (ExclusiveLock lock = output.open(out, inputs(run))) {
            TrainedModel model = model(run);
            // Modalities meet in the embeddings of their projectors.
            ExportSource source = ExportSource.of(run, model, withProjector || modality.isPresent(), withProbe);
            whitened = whiten ? Optional.of(whitening(run, model, threads)) : Optional.empty();
            if (whitened.isPresent()) {
                source = source.withWhitening(whitened.get().statistics());
            }
            check = write(run, source);
            features = source.features();
            whitenedWith = whitened.map(WhiteningChoice::document);
        } finally {
            whitened.ifPresent(WhiteningChoice::close);
        }
        ExportResult result =
                new ExportResult(out.toString(), format.name(), Files.size(out), features, whitenedWith, check);
        return finish(result, written -> {
            text().printf("%s: %,d bytes, %,d features%n", out, written.bytes(), written.features());
            written.check().ifPresent(this::print);
        });
    }

    /** Returns what the command reads, beside the checkpoints, and refuses an output among those. */
    private List<String> inputs(RunDirectory run) {
        if (OutputFolder.isInside(out, run.checkpoints())) {
            throw new UsageException(
                    "expected an output outside the checkpoints of the run, found " + out + "; give another name");
        }
        List<String> inputs = new ArrayList<>(data.stream().toList());
        for (Path file : List.of(run.config(), run.provenance(), run.probe(), run.whitening())) {
            inputs.add(file.toString());
        }
        return inputs;
    }

    private Optional<OnnxCheck> write(RunDirectory run, ExportSource source) {
        switch (format) {
            case safetensors -> SafetensorsExport.write(out, source);
            case torchscript -> TorchScriptExport.write(out, source);
            case onnx -> {
                return Optional.of(onnx(run, source));
            }
        }
        return Optional.empty();
    }

    /** The run's encoder, or that of the modality; the run becomes an input in the provenance of the documents. */
    private TrainedModel model(RunDirectory run) {
        return modality.map(name -> PairedModel.load(run, pairs -> asInput(pairs.tower(pairs.index(name)))))
                .orElseGet(() -> TrainedModel.load(run, this::asInput));
    }

    private TrainedModel asInput(TrainedModel model) {
        opened(folder, FileFingerprint.of(model));
        return model;
    }

    /** Returns the statistics of the run's checkpoint; if it keeps none, those of its training data. */
    private WhiteningChoice whitening(RunDirectory run, TrainedModel model, int threads) {
        Optional<Whitening> kept = SavedWhitening.of(model);
        if (kept.isPresent()) {
            return new WhiteningChoice(kept.get(), true);
        }
        try (DataSource training =
                open(RunReport.read(run).dataLocation(), model.config().data())) {
            return WhiteningChoice.of(
                    Optional.of(model), model.features(), training, threads, context(), () -> {}, remarks());
        }
    }

    private void print(OnnxCheck check) {
        text().printf(
                        "ONNX Runtime and libtorch on %d random and %d real inputs: largest relative difference %.1e%n",
                        check.randomInputs(), check.realInputs(), check.largest());
    }

    private OnnxCheck onnx(RunDirectory run, ExportSource source) {
        Optional<DataSource> known = data(run);
        try {
            return OnnxExport.write(out, source, known, opset.orElse(OnnxExport.OPSET));
        } finally {
            known.ifPresent(DataSource::close);
        }
    }

    /** The modality's part of the run's data. */
    private DataSource trained(RunDirectory run) {
        int index = PairedModel.load(run).index(modality.orElseThrow());
        return openPairs(RunReport.read(run).dataLocation(), run.readConfig().data())
                .modality(index);
    }

    /** Data for the check; empty if the run's data no longer exist and no others were given. */
    private Optional<DataSource> data(RunDirectory run) {
        DataOptions defaults = DataOptions.defaults();
        // No cache, because only a few pictures are read.
        DataOptions options = new DataOptions(
                false,
                0,
                defaults.threads(),
                Optional.empty(),
                table.over(run.readConfig().data().table()));
        try {
            if (modality.isPresent() && data.isEmpty()) {
                return Optional.of(trained(run));
            }
            return Optional.of(open(data.orElseGet(() -> RunReport.read(run).dataLocation()), options));
        } catch (MmcrException e) {
            if (data.isPresent()) {
                throw e;
            }
            remarks().println("compared on random inputs only: " + e.getMessage());
            return Optional.empty();
        }
    }
}
