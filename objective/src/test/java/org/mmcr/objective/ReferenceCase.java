package org.mmcr.objective;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;

/** One batch with the values that double-precision NumPy and PyTorch give for it. */
record ReferenceCase(String name, JsonNode expected, Path folder) {
    static List<ReferenceCase> all() {
        Path folder = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "loss");
        assumeTrue(Files.isDirectory(folder), "reference values are not on this machine: no folder " + folder);
        try {
            JsonNode cases =
                    new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
            List<ReferenceCase> all = new ArrayList<>();
            cases.fieldNames().forEachRemaining(name -> all.add(new ReferenceCase(name, cases.get(name), folder)));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int views() {
        return expected.get("K").intValue();
    }

    double localWeight() {
        return expected.get("lambda_local").doubleValue();
    }

    boolean hasMomentum() {
        return expected.get("momentum").booleanValue();
    }

    boolean hasGradient() {
        return expected.get("gradient").booleanValue();
    }

    double figure(String key) {
        return expected.get(key).doubleValue();
    }

    /** suffix: "z", "z_momentum" or "grad"; float64. */
    Tensor array(String suffix) {
        return array(folder.resolve(name + "." + suffix + ".npy"));
    }

    /** A matrix in a file, as float64. */
    static Tensor array(Path file) {
        NpyArray array = NpyFile.read(file, Integer.MAX_VALUE);
        double[] values = toDoubles(array);
        return Tensor.create(values, array.getShape()[0], array.getShape()[1]);
    }

    private static double[] toDoubles(NpyArray array) {
        if (array.getData() instanceof float[] floats) {
            double[] values = new double[floats.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = floats[i];
            }
            return values;
        }
        return array.asDoubleArray();
    }

    @Override
    public String toString() {
        return name;
    }
}
