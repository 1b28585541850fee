import java.nio.file.*
import java.util.*
import java.util.stream.*
import org.bytedeco.pytorch.*
import org.bytedeco.pytorch.global.torch
import org.mmcr.core.capacity.*
import org.mmcr.core.quality.*
import org.mmcr.core.theory.*
import org.mmcr.data.*
import org.mmcr.data.io.*
import org.mmcr.objective.*
import org.mmcr.train.evaluate.*
import org.mmcr.train.run.*

TrainedModel run(String folder) {
    return TrainedModel.load(RunDirectory.open(Path.of(folder)));
}

DataSource data(String location) {
    return DataSources.open(location, DataOptions.defaults());
}

NpyFiles.FloatArray npy(String file) {
    return NpyFiles.readFloats(Path.of(file));
}

FeatureSet features(FeatureModel model, DataSource data) {
    return new FeatureExtractor(model, 256, Runtime.getRuntime().availableProcessors()).extract(data, ProgressListener.NONE);
}
