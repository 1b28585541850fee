package org.mmcr.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.quality.QualityReport;
import org.mmcr.analysis.quality.QualityRun;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.quality.QualityOptions;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.Evaluator;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.ViewEmbeddings;

/**
 * Measures of quality without labels beside accuracies, for every checkpoint of some runs, in one process. The
 * untrained network is measured for the first run only. {@code bench/quality_correlation.py --table} reads the result. Usage:
 * {@code mmcr bench quality-table TRAIN TEST PICTURES RUN... --json}
 */
public final class QualityTable implements Benchmark {
    private static final int VIEWS = 4;

    @Override
    public String name() {
        return "quality-table";
    }

    @Override
    public String summary() {
        return "quality without labels beside accuracies, for all checkpoints: TRAIN TEST PICTURES RUN...";
    }

    /**
     * One checkpoint.
     *
     * @param run name of the run's folder
     * @param step of the checkpoint
     * @param measures values by key, of {@code PICTURES} evenly spaced training pictures, after the projector
     * @param accuracies top-1 by protocol, of the features before the projector
     */
    record Encoder(String run, String step, Map<String, Double> measures, Map<String, Double> accuracies) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.size() < 4) {
            throw new UsageException(
                    "expected TRAIN TEST PICTURES RUN..., found " + arguments.size() + " arguments; give at least 4");
        }
        int pictures = Integer.parseInt(arguments.get(2));
        List<Encoder> encoders = new ArrayList<>();
        try (DataSource train = DataSources.open(arguments.get(0), DataOptions.defaults());
                DataSource test = DataSources.open(arguments.get(1), DataOptions.defaults())) {
            for (String location : arguments.subList(3, arguments.size())) {
                List<Path> checkpoints = RunDirectory.open(Path.of(location)).allCheckpoints();
                for (Path checkpoint : encoders.isEmpty() ? checkpoints : checkpoints.subList(1, checkpoints.size())) {
                    encoders.add(measured(Path.of(location), checkpoint, train, test, pictures));
                    progress.accept(encoders.size() + ": " + location + " " + checkpoint.getFileName());
                }
            }
        }
        return encoders;
    }

    private static Encoder measured(Path run, Path checkpoint, DataSource train, DataSource test, int pictures) {
        EvaluationOptions options = EvaluationOptions.defaults();
        TrainedModel model = TrainedModel.ofCheckpoint(checkpoint);
        Map<String, Double> measures = new LinkedHashMap<>();
        try (Tensor rows = new ViewEmbeddings(model, VIEWS, 0, options.threads())
                .collect(train, JitteredSample.of(train.size(), pictures))) {
            QualityReport report = new QualityRun(new QualityOptions(0, 0), options.threads())
                    .measure(rows, VIEWS, CapacityProgress.NONE);
            report.measures().forEach((key, value) -> measures.put(key, value.value()));
        }
        FeatureExtractor extractor = new FeatureExtractor(model.features(), options.batch(), options.threads());
        Map<String, Double> accuracies = new LinkedHashMap<>();
        try (FeatureSet known = extractor.extract(train, ProgressListener.NONE);
                FeatureSet asked = extractor.extract(test, ProgressListener.NONE)) {
            Evaluator.score(known, asked, options)
                    .forEach(one -> accuracies.put(one.name(), one.score().top1()));
        }
        return new Encoder(
                String.valueOf(run.getFileName()), String.valueOf(checkpoint.getFileName()), measures, accuracies);
    }
}
