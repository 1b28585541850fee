package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mmcr.analysis.export.Preprocessing;
import org.mmcr.analysis.export.SavedEncoder;
import org.mmcr.analysis.onnx.OnnxChoice;
import org.mmcr.analysis.onnx.OnnxEncoder;
import org.mmcr.analysis.onnx.OutputPool;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Architectures;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.ResNetSpec;
import org.mmcr.train.encoder.TokenPool;
import org.mmcr.train.evaluate.EncoderFeatures;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose an encoder: that of a run, or one in a safetensors or ONNX file of any program. */
final class EncoderChoice {
    @Option(
            names = "--encoder",
            paramLabel = "FILE",
            description =
                    "In place of RUN: an ONNX file, a safetensors file of torchvision, timm, transformers or open_clip, or one that"
                            + " export wrote.")
    List<Path> files = new ArrayList<>();

    @Option(
            names = "--arch",
            order = CommonOptions.OF_ENCODERS,
            completionCandidates = Candidates.Networks.class,
            paramLabel = "A",
            description = "Network of a safetensors file by its public name, such as resnet50, convnext_tiny, vit_b_16,"
                    + " vit_small_patch14_dinov2, dinov2-base or ViT-B-32. Default: recognised by names and shapes.")
    Optional<String> arch = Optional.empty();

    @Option(
            names = "--stem",
            order = CommonOptions.OF_ENCODERS,
            paramLabel = "S",
            description =
                    "First layers of a ResNet: imagenet (7x7, max-pool) or cifar (3x3). Default: as FILE has them.")
    Optional<Stem> stem = Optional.empty();

    @Option(
            names = "--preprocess",
            order = CommonOptions.OF_ENCODERS,
            completionCandidates = Candidates.Preparations.class,
            paramLabel = "P",
            description =
                    "How FILE's pictures are prepared: imagenet, clip, dinov2, half, none or FILE.json. Default: file, as FILE or a file beside it says.")
    List<String> preprocess = new ArrayList<>();

    @Option(
            names = "--input",
            order = CommonOptions.OF_ENCODERS,
            paramLabel = "NAME",
            description = "Input of an ONNX file. Default: that of pictures.")
    Optional<String> input = Optional.empty();

    @Option(
            names = "--output",
            order = CommonOptions.OF_ENCODERS,
            paramLabel = "NAME",
            description = "Output of an ONNX file. Default: the first that is called features, not class scores.")
    Optional<String> output = Optional.empty();

    @Option(
            names = "--pool",
            order = CommonOptions.OF_ENCODERS,
            paramLabel = "P",
            description = "Features of a transformer's tokens: cls, mean or patches. Default: cls if there is one."
                    + " Of a safetensors file, mean and patches are both the mean of the patch tokens.")
    Optional<Pool> pool = Optional.empty();

    @Option(
            names = "--size",
            order = CommonOptions.OF_ENCODERS,
            paramLabel = "PIXELS",
            description = "Side of the pictures FILE is shown. Default: as FILE says, or 224.")
    Optional<Integer> size = Optional.empty();

    @Option(
            names = "--resize",
            order = CommonOptions.OF_ENCODERS,
            paramLabel = "PIXELS",
            description = "Shorter side before the centre is cut out. Default: as FILE says, or 256 for 224.")
    Optional<Integer> resize = Optional.empty();

    @Option(
            names = "--mean",
            order = CommonOptions.OF_ENCODERS,
            split = ",",
            paramLabel = "R,G,B",
            description = "Means on the scale 0..1. Default: as FILE says, or ImageNet's.")
    List<Double> mean = new ArrayList<>();

    @Option(
            names = "--std",
            order = CommonOptions.OF_ENCODERS,
            split = ",",
            paramLabel = "R,G,B",
            description = "Standard deviations on the scale 0..1. Default: as FILE says, or ImageNet's.")
    List<Double> std = new ArrayList<>();

    @Option(
            names = "--precision",
            order = CommonOptions.OF_ENCODERS,
            completionCandidates = Candidates.Precisions.class,
            paramLabel = "P",
            description =
                    "Arithmetic with FILE: auto, fp32 or bf16. Default: as FILE says, or auto; a run has its own.")
    Optional<Precision> precision = Optional.empty();

    @Mixin
    final DeviceOption device = new DeviceOption();

    /** A preparation as the file says. */
    private static final String AS_FILE = "file";

    /** First layers. */
    enum Stem {
        imagenet,
        cifar
    }

    /** Rules for tokens, as on the command line. */
    enum Pool {
        cls,
        mean,
        patches;

        OutputPool rule() {
            return OutputPool.valueOf(name().toUpperCase(Locale.ROOT));
        }

        TokenPool ofNetwork() {
            return this == cls ? TokenPool.CLS : TokenPool.MEAN;
        }
    }

    /**
     * Reads the encoder.
     *
     * @param folder the run, if one was given
     * @param remarks receives the names of ignored tensors, and what was found in an ONNX file
     * @throws MmcrException unless exactly one of run and file was given, or if it cannot be read
     */
    ChosenEncoder choose(Optional<Path> folder, PrintWriter remarks) {
        if (files.size() > 1) {
            throw new UsageException(
                    "expected one --encoder FILE, found " + files.size() + "; evaluate and transfer compare several");
        }
        if (folder.isPresent() == file().isPresent()) {
            throw new UsageException("expected either RUN or --encoder FILE, found "
                    + (folder.isPresent() ? "both" : "neither") + "; give one of them");
        }
        return file().map(path -> fromFile(0, remarks)).orElseGet(() -> fromRun(folder.orElseThrow()));
    }

    /**
     * Reads several encoders, files first. Options for a kind of file have no effect on files of the other kind.
     *
     * @param runs folders of runs
     */
    List<ChosenEncoder> chooseAll(List<Path> runs, PrintWriter remarks) {
        List<ChosenEncoder> all = new ArrayList<>();
        try {
            for (int i = 0; i < files.size(); i++) {
                all.add(fromFile(i, remarks));
            }
            runs.forEach(run -> all.add(fromRun(run)));
            return all;
        } catch (RuntimeException e) {
            all.forEach(ChosenEncoder::close);
            throw e;
        }
    }

    /** Returns the preparation chosen for a file: one for all, or one for each in the same order. */
    private Optional<String> preprocess(int index) {
        if (preprocess.size() > 1 && preprocess.size() != files.size()) {
            throw new UsageException("expected one --preprocess, or one for each of " + files.size()
                    + " encoders, found " + preprocess.size() + "; 'file' stands for what a file says");
        }
        Optional<String> chosen = preprocess.stream()
                .skip(preprocess.size() > 1 ? index : 0)
                .findFirst()
                .filter(name -> !name.equals(AS_FILE));
        chosen.filter(name -> !Preprocessing.names().contains(name) && !name.endsWith(".json"))
                .ifPresent(name -> {
                    throw new UsageException(
                            "expected a --preprocess of " + Preprocessing.choices() + ", found '" + name + "'");
                });
        return chosen;
    }

    /** Returns the file, if one was given. */
    Optional<Path> file() {
        return files.stream().findFirst();
    }

    /**
     * Refuses the options that say how an encoder is read and used, where they have no effect.
     *
     * @param where what they were given with
     * @param allowed options that have an effect there
     */
    void requireNone(String where, String... allowed) {
        List<String> effective = List.of(allowed);
        List<String> given = givenForFile().stream()
                .filter(option -> !effective.contains(option))
                .toList();
        if (!given.isEmpty()) {
            throw new UsageException(
                    "expected no " + String.join(", ", given) + " with " + where + ", found it; leave it out");
        }
    }

    private ChosenEncoder fromRun(Path folder) {
        if (files.isEmpty()) {
            requireNone("a run, which knows its own", "--device");
        }
        return ChosenEncoder.ofRun(folder, device.choose());
    }

    private ChosenEncoder fromFile(int index, PrintWriter remarks) {
        Path path = files.get(index);
        Optional<String> preparation = preprocess(index);
        return OnnxEncoder.isOnnx(path)
                ? fromGraph(path, preparation, remarks)
                : fromWeights(path, preparation, remarks);
    }

    private ChosenEncoder fromGraph(Path path, Optional<String> preparation, PrintWriter remarks) {
        refuse(
                path,
                "an ONNX file, which holds its network and types and runs on the processor",
                List.of("--arch", "--stem", "--precision", "--device"));
        OnnxChoice choice = new OnnxChoice(input, output, pool.map(Pool::rule), preparation, this::changed);
        OnnxEncoder graph = OnnxEncoder.open(path, choice);
        remarks.println(graph.description());
        return ChosenEncoder.ofFile(graph, path);
    }

    private ChosenEncoder fromWeights(Path path, Optional<String> preparation, PrintWriter remarks) {
        refuse(path, "a file of weights", List.of("--input", "--output"));
        SavedEncoder saved = SavedEncoder.load(path, network(), preparation, this::changed);
        saved.remarks().forEach(remarks::println);
        saved.encoder().to(device.choose());
        EncoderFeatures features =
                new EncoderFeatures(saved.encoder(), saved.view(), precision.orElse(saved.precision()));
        return ChosenEncoder.ofFile(features, path);
    }

    private void refuse(Path path, String kind, List<String> options) {
        List<String> found = givenForFile().stream().filter(options::contains).toList();
        if (!found.isEmpty() && files.size() == 1) {
            throw new UsageException("expected no " + String.join(", ", found) + " with " + kind + ", found it with "
                    + path + "; leave it out");
        }
    }

    /** Returns what is said about the network of a file of weights. */
    NetworkChoice network() {
        UsageException.check(() -> arch.map(Architectures::published));
        return new NetworkChoice(
                arch,
                stem.map(first -> ResNetSpec.Stem.valueOf(first.name().toUpperCase(Locale.ROOT))),
                pool.map(Pool::ofNetwork));
    }

    /** The options given that say how a file is read and used. */
    List<String> givenForFile() {
        Map<String, Boolean> options = new LinkedHashMap<>();
        options.put("--arch", arch.isPresent());
        options.put("--stem", stem.isPresent());
        options.put("--preprocess", !preprocess.isEmpty());
        options.put("--input", input.isPresent());
        options.put("--output", output.isPresent());
        options.put("--pool", pool.isPresent());
        options.put("--size", size.isPresent());
        options.put("--resize", resize.isPresent());
        options.put("--mean", !mean.isEmpty());
        options.put("--std", !std.isEmpty());
        options.put("--precision", precision.isPresent());
        options.put("--device", device.name.isPresent());
        return options.keySet().stream().filter(options::get).toList();
    }

    /** Returns the file's view changed by the options; without --resize the margin around the crop scales with it. */
    private PictureEvaluationView changed(PictureEvaluationView saved) {
        int side = size.orElse(saved.size());
        int shorter = resize.orElseGet(() -> Math.round((float) saved.resize() * side / saved.size()));
        return UsageException.check(() -> saved.withSize(shorter, side)
                .withNormalisation(
                        three("--mean", mean).orElse(saved.mean()),
                        three("--std", std).orElse(saved.std())));
    }

    private static Optional<List<Double>> three(String option, List<Double> values) {
        if (!values.isEmpty() && values.size() != 3) {
            throw new UsageException("expected three numbers for " + option + ", found " + values + "; for example "
                    + option + " 0.5,0.5,0.5");
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values);
    }
}
