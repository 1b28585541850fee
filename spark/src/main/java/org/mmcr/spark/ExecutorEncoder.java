package org.mmcr.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.export.SavedEncoder;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.TemporaryFolder;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.NonFiniteFeaturesException;
import org.mmcr.train.run.ComputeThreads;

/** The encoder of an executor, built by the first task that needs it and used by one task at a time. */
final class ExecutorEncoder {
    /** Encoders by application and id of their broadcast, because several jobs may run in a JVM. */
    private static final Map<String, ExecutorEncoder> MADE = new ConcurrentHashMap<>();

    private final FeatureModel model;
    private final PictureEvaluationView view;

    private ExecutorEncoder(SavedEncoder saved, Precision precision) {
        this.model = new EncoderFeatures(saved.encoder(), saved.view(), precision);
        if (!(saved.view() instanceof PictureEvaluationView pictures)) {
            throw new MmcrException("expected an encoder of pictures, found one of table rows; use another");
        }
        view = pictures;
    }

    /** Returns the encoder of {@code weights}, a safetensors file. */
    static ExecutorEncoder of(Broadcast<byte[]> weights, Precision precision) {
        String job = SparkEnv.get().conf().getAppId() + "/" + weights.id();
        return MADE.computeIfAbsent(job, id -> load(weights.value(), precision));
    }

    private static ExecutorEncoder load(byte[] weights, Precision precision) {
        ComputeThreads.use(SparkEnv.get().conf().getInt("spark.executor.cores", ComputeThreads.available()));
        try (TemporaryFolder folder = new TemporaryFolder()) {
            Path file = Files.write(folder.path().resolve("encoder.safetensors"), weights);
            return new ExecutorEncoder(
                    SavedEncoder.load(file, NetworkChoice.fromFile(), Optional.empty(), UnaryOperator.identity()),
                    precision);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the encoder on this executor", e);
        }
    }

    PictureEvaluationView view() {
        return view;
    }

    /**
     * Computes features of prepared views.
     *
     * @param views {@code count} views, concatenated
     * @param name name of the picture of a view
     * @return (count, F), row-major
     * @throws NonFiniteFeaturesException when a feature is NaN or infinite
     */
    float[] features(float[] views, int count, IntFunction<String> name) {
        synchronized (this) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard noGrad = new NoGradGuard();
                    Precision.Scope autocast = model.precision().autocast()) {
                int length = view.shape().length();
                Tensor rows = torch.from_blob(
                        new FloatPointer(views), new long[] {count, length}, torch.dtype(torch.ScalarType.Float));
                Tensor features = model.apply(view.shape().arrange(rows)).contiguous();
                NonFiniteFeaturesException.check(features, name);
                float[] values = new float[Math.toIntExact(features.numel())];
                features.data_ptr_float().get(values);
                return values;
            }
        }
    }
}
