package org.mmcr.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;
import org.mmcr.objective.ObjectiveFigure;
import org.mmcr.train.run.ObjectiveSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr loss Z.npy --views K}. */
@Command(
        name = "loss",
        description = "Computes an objective of embeddings, and its gradient.",
        footer = {
            "",
            "Z holds embeddings of any scale: (N*K, D), the K views of one sample in adjacent rows, or (N, K, D). It is"
                    + " a .npy file, an array of a .npz file, x.npz#name, or a CSV, TSV or Parquet table."
        })
final class LossCommand extends Subcommand {
    @Parameters(paramLabel = "Z", description = "The embeddings.")
    @SuppressWarnings("NullAway.Init")
    String embeddings;

    @Option(names = "--views", paramLabel = "K", description = "Views of each sample; needed unless Z is (N, K, D).")
    Optional<Integer> views = Optional.empty();

    @Option(
            names = "--objective",
            paramLabel = "NAME",
            description = "Objective: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
            completionCandidates = ObjectiveChoice.Names.class,
            defaultValue = ObjectiveChoice.DEFAULT)
    String name = ObjectiveChoice.DEFAULT;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the objective, for example --objective simclr --set temperature=0.2.")
    List<String> settings = List.of();

    @Option(
            names = "--local-weight",
            paramLabel = "L",
            description =
                    "Weight of the mean nuclear norm of each sample's views, of mmcr alone. Default: ${DEFAULT-VALUE}.",
            defaultValue = "0")
    double localWeight;

    @Option(
            names = "--momentum",
            paramLabel = "ZM.npy",
            description =
                    "Embeddings of the same views by a slow encoder, for mmcr; the targets of the predictions in Z, for"
                            + " byol and simsiam. No gradient flows into them.")
    Optional<String> momentum = Optional.empty();

    @Option(
            names = "--gradient",
            paramLabel = "G.npy",
            description = "Write the gradient with respect to Z there, in Z's shape and type.")
    Optional<Path> gradient = Optional.empty();

    @Mixin
    final OutputFile output = new OutputFile();

    LossCommand(CommandContext context) {
        super(context);
    }

    /** What {@code loss --json} prints for MMCR. */
    record LossResult(
            String objective,
            double loss,
            double nuclearNorm,
            double localNuclearNorm,
            double upperBound,
            double percentError,
            double meanSquaredCentroidNorm,
            double effectiveRank,
            long samples,
            int views,
            long dimension) {
        static LossResult of(Objective.Result result, long samples, int views, long dimension) {
            Map<String, Double> figures = result.figures();
            return new LossResult(
                    ObjectiveChoice.DEFAULT,
                    result.value(),
                    figures.getOrDefault(MmcrLoss.NUCLEAR_NORM, -result.value()),
                    figures.getOrDefault(MmcrLoss.LOCAL_NUCLEAR_NORM, 0.0),
                    MmcrBounds.upperBound(samples, dimension),
                    figures.get(MmcrLoss.PERCENT_ERROR),
                    figures.get(MmcrLoss.MEAN_SQUARED_CENTROID_NORM),
                    figures.get(MmcrLoss.EFFECTIVE_RANK),
                    samples,
                    views,
                    dimension);
        }
    }

    /** What {@code loss --json} prints for another objective; figures by name, those of MMCR included. */
    record OtherLossResult(
            String objective, double loss, Map<String, Double> figures, long samples, int views, long dimension) {}

    @Override
    int execute() {
        useThreads();
        Objective objective = objective();
        if (gradient.isEmpty()) {
            return compute(objective);
        }
        try (ExclusiveLock lock = output.open(gradient.get(), List.of(embeddings, momentum.orElse(embeddings)))) {
            return compute(objective);
        }
    }

    private int compute(Objective objective) {
        try (PointerScope scope = new PointerScope()) {
            EmbeddingFile z = EmbeddingFile.read(embeddings);
            int k = z.statedViews(views);
            Tensor rows = z.rows().requires_grad_(gradient.isPresent());
            Objective.Result result = objective.compute(
                    rows, k, momentum.map(file -> EmbeddingFile.read(file).rows()));
            if (gradient.isPresent()) {
                result.loss().backward();
                z.writeLike(rows.grad(), gradient.get());
            }
            long samples = rows.size(0) / k;
            if (objective instanceof MmcrLoss) {
                print(LossResult.of(result, samples, k, rows.size(1)));
            } else {
                print(
                        new OtherLossResult(name, result.value(), result.figures(), samples, k, rows.size(1)),
                        objective.figures());
            }
        }
        return ExitCode.DONE;
    }

    private Objective objective() {
        if (name.equals(ObjectiveChoice.DEFAULT) && settings.isEmpty()) {
            return UsageException.check(() -> new MmcrLoss(localWeight));
        }
        if (localWeight != 0) {
            throw new UsageException("expected --local-weight with mmcr alone and without --set, found --local-weight "
                    + localWeight + "; write --set localWeight=" + localWeight + " for mmcr, or omit it");
        }
        ObjectiveSpec spec = ObjectiveChoice.of(name, settings);
        boolean predicts = spec.predicts();
        if (!predicts && spec.network(1, 0).isPresent()) {
            throw new UsageException("expected settings for given embeddings, found learned=true of " + name
                    + ", whose temperature is a part of a run; give --set temperature=T alone");
        }
        if (momentum.isPresent() && !predicts && !name.equals(ObjectiveChoice.DEFAULT)) {
            throw new UsageException("expected --momentum with mmcr, byol or simsiam, found it with --objective " + name
                    + ", which has no momentum variant; omit it");
        }
        if (momentum.isEmpty() && predicts) {
            throw new UsageException("expected --momentum ZT.npy with the targets of the predictions in Z for"
                    + " --objective " + name + ", found none; give the embeddings that the predictor should predict");
        }
        return UsageException.check(spec::build);
    }

    private void print(OtherLossResult result, List<ObjectiveFigure> figures) {
        if (common.json) {
            printJson(result);
            return;
        }
        text().printf("%s loss  %.6f%n", result.objective(), result.loss());
        for (ObjectiveFigure figure : figures) {
            double value = result.figures().get(figure.name());
            text().printf(
                            figure.fraction() ? "  %-28s %.2f %%%n" : "  %-28s %.6f%n",
                            figure.title().toLowerCase(Locale.ROOT),
                            figure.fraction() ? 100 * value : value);
        }
        text().printf("%d samples, %d views, dimension %d%n", result.samples(), result.views(), result.dimension());
    }

    private void print(LossResult result) {
        if (common.json) {
            printJson(result);
            return;
        }
        text().printf("loss                %.6f%n", result.loss());
        text().printf(
                        "nuclear norm        %.6f of at most %.6f (%.2f %% missing)%n",
                        result.nuclearNorm(), result.upperBound(), 100 * result.percentError());
        if (result.localNuclearNorm() != 0) {
            text().printf("local nuclear norm  %.6f%n", result.localNuclearNorm());
        }
        text().printf("mean |centroid|^2   %.6f%n", result.meanSquaredCentroidNorm());
        text().printf(
                        "effective rank      %.1f of at most %d%n",
                        result.effectiveRank(), Math.min(result.samples(), result.dimension()));
        text().printf("%d samples, %d views, dimension %d%n", result.samples(), result.views(), result.dimension());
    }
}
