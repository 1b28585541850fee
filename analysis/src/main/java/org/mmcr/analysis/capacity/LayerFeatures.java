package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.capacity.RandomProjection;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureModel;

/** A feature model that concatenates the outputs of all stages of a network; wide stages are projected at random. */
final class LayerFeatures implements FeatureModel {
    private final LayerProfile.Network network;
    private final EvaluationView view;
    private final Precision precision;
    private final List<Stage> stages = new ArrayList<>();

    /**
     * One stage.
     *
     * @param width number of values per sample before the projection
     * @param column index of its first feature
     * @param kept number of its features
     */
    record Stage(String name, int width, int column, int kept, Optional<RandomProjection> projection) {}

    /**
     * Finds the stages by one forward pass.
     *
     * @param most largest width of a stage; wider ones are projected to it
     */
    LayerFeatures(LayerProfile.Network network, EvaluationView view, Precision precision, int most, long seed) {
        this.network = network;
        this.view = view;
        this.precision = precision;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor one = view.shape().arrange(torch.zeros(1, view.shape().length()));
            network.apply(one, (name, output) -> {
                int width = Math.toIntExact(output.numel());
                int kept = Math.min(width, most);
                stages.add(new Stage(
                        name,
                        width,
                        width(),
                        kept,
                        kept < width ? Optional.of(new RandomProjection(width, kept, seed)) : Optional.empty()));
            });
        }
    }

    List<Stage> stages() {
        return stages;
    }

    @Override
    public EvaluationView view() {
        return view;
    }

    @Override
    public int width() {
        return stages.stream().mapToInt(Stage::kept).sum();
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public Tensor apply(Tensor x) {
        Tensor all = torch.empty(x.size(0), width());
        Iterator<Stage> next = stages.iterator();
        network.apply(x, (name, output) -> {
            Stage stage = next.next();
            Tensor rows = output.cpu()
                    .to(ScalarType.Float)
                    .reshape(x.size(0), stage.width())
                    .contiguous();
            all.narrow(1, stage.column(), stage.kept())
                    .copy_(stage.projection()
                            .map(map -> projected(rows, map, stage))
                            .orElse(rows));
        });
        return all;
    }

    private static Tensor projected(Tensor rows, RandomProjection map, Stage stage) {
        float[] values = new float[Math.toIntExact(rows.numel())];
        rows.data_ptr_float().get(values);
        int count = values.length / stage.width();
        float[] shorter = new float[count * stage.kept()];
        double[] row = new double[stage.width()];
        double[] sums = new double[stage.kept()];
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = values[r * row.length + i];
            }
            Arrays.fill(sums, 0);
            map.project(row, sums, 0);
            for (int i = 0; i < sums.length; i++) {
                shorter[r * sums.length + i] = (float) sums[i];
            }
        }
        return torch.tensor(shorter).reshape(count, stage.kept());
    }
}
