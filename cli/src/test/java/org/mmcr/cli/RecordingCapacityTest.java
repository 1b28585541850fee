package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mmcr capacity} on files as laboratories have them. */
class RecordingCapacityTest {
    private static final int TRIALS = 9;
    private static final int UNITS = 6;
    private static final int TIMES = 2;

    @TempDir
    private Path temp;

    /** Trials of two classes, five and four of them; unit 5 is silent. */
    private final double[] values = new double[TRIALS * UNITS * TIMES];

    @BeforeEach
    void draw() {
        Random random = new Random(12);
        for (int i = 0; i < values.length; i++) {
            int unit = i / TIMES % UNITS;
            int trial = i / TIMES / UNITS;
            values[i] = unit == UNITS - 1 ? 0 : random.nextGaussian() + (unit == trial % 2 ? 3 : 0);
        }
        int[] labels = new int[TRIALS];
        Arrays.setAll(labels, i -> i % 2);
        NpyFile.write(temp.resolve("y.npy"), labels, new int[] {TRIALS});
        write("x.npy", values);
    }

    private void write(String name, double[] numbers) {
        NpyFile.write(temp.resolve(name), numbers, new int[] {TRIALS, UNITS, TIMES});
    }

    private JsonNode measured(Object... arguments) {
        Object[] all = new Object[arguments.length + 6];
        all[0] = "capacity";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        System.arraycopy(
                new Object[] {"--method", "glue", "--directions", 40, "--json"}, 0, all, arguments.length + 1, 5);
        return mmcr(all).json();
    }

    @Test
    void trialsUnitsTimes_withLabels_areACurve() {
        JsonNode found = measured(temp.resolve("x.npy"), "--labels", temp.resolve("y.npy"));
        assertThat(found.get("conditions").findValuesAsText("at")).containsExactly("0", "1");
        assertThat(found.at("/conditions/0/per_manifold").findValuesAsText("points"))
                .containsExactly("5", "4");
        double[] second = new double[TRIALS * UNITS];
        Arrays.setAll(second, i -> values[i * TIMES + 1]);
        NpyFile.write(temp.resolve("second.npy"), second, new int[] {TRIALS, UNITS});
        JsonNode alone = measured(temp.resolve("second.npy"), "--labels", temp.resolve("y.npy"));
        assertThat(found.at("/conditions/1/capacity")).isEqualTo(alone.get("capacity"));
        assertThat(found.at("/conditions/1/per_manifold")).isEqualTo(alone.get("per_manifold"));
    }

    @Test
    void hdf5_arraysAndLabelsOfOneFile_areThoseOfNumPy() {
        double[][][] nested = new double[TRIALS][UNITS][TIMES];
        for (int i = 0; i < values.length; i++) {
            nested[i / TIMES / UNITS][i / TIMES % UNITS][i % TIMES] = values[i];
        }
        String[] names = new String[TRIALS];
        Arrays.setAll(names, i -> i % 2 == 0 ? "face" : "house");
        try (WritableHdfFile file = HdfFile.write(temp.resolve("x.h5"))) {
            WritableGroup session = file.putGroup("session");
            session.putDataset("rates", nested);
            session.putDataset("stimulus", names);
        }
        JsonNode found = measured(temp.resolve("x.h5") + "#session/rates", "--labels", "#session/stimulus");
        JsonNode expected = measured(temp.resolve("x.npy"), "--labels", temp.resolve("y.npy"));
        assertThat(found.at("/conditions/1/capacity")).isEqualTo(expected.at("/conditions/1/capacity"));
        assertThat(found.at("/conditions/1/per_manifold").findValuesAsText("label"))
                .containsExactly("face", "house");
    }

    @Test
    void nanTrials_areRefusedWithTheirCountAndLeftOutOnRequest() {
        double[] holes = values.clone();
        holes[(3 * UNITS + 2) * TIMES] = Double.NaN;
        holes[(6 * UNITS + 1) * TIMES + 1] = Double.POSITIVE_INFINITY;
        write("holes.npy", holes);
        Object[] arguments = {
            "capacity",
            temp.resolve("holes.npy"),
            "--labels",
            temp.resolve("y.npy"),
            "--method",
            "glue",
            "--directions",
            40
        };
        mmcr(arguments)
                .assertFailsWithOneLine(
                        "NaN or infinity in 2 of 9 points, the first in manifold 1, point 1; leave them out");
        Object[] dropping = Arrays.copyOf(arguments, arguments.length + 2);
        dropping[arguments.length] = "--drop-nan";
        dropping[arguments.length + 1] = "--json";
        CliRun run = mmcr(dropping);
        assertThat(run.err()).contains("2 of 9 points with NaN or infinity are left out of ", ": 3, 6");
        assertThat(run.json().at("/conditions/0/per_manifold").findValuesAsText("points"))
                .containsExactly("4", "3");
        Arrays.setAll(holes, i -> i / TIMES / UNITS % 2 == 1 ? Double.NaN : values[i]);
        write("holes.npy", holes);
        dropping[arguments.length + 1] = "--verbose";
        mmcr(Arrays.copyOf(dropping, arguments.length + 1))
                .assertFailsWithOneLine("in all points of 1; remove the class");
    }

    /** A unit of zeros changes no figure; leaving it out changes the directions, whose number of dimensions is less. */
    @Test
    void silentUnits_areKeptAndLeftOutOnRequest() {
        Object[] arguments = {temp.resolve("x.npy"), "--labels", temp.resolve("y.npy"), "--drop-silent"};
        JsonNode found = measured(arguments);
        assertThat(found.at("/conditions/0/ambient_dimension").asInt()).isEqualTo(UNITS - 1);
        assertThat(mmcr("capacity", arguments[0], "--labels", arguments[2], "--drop-silent")
                        .err())
                .contains("1 of 6 dimensions of one value are left out of ", ": 5");
        write("still.npy", new double[values.length]);
        mmcr("capacity", temp.resolve("still.npy"), "--labels", arguments[2], "--drop-silent")
                .assertFailsWithOneLine("a dimension that changes");
    }

    @Test
    void optionsOfAnNwbFile_withAnotherFile_areWrongUsage() {
        Path x = temp.resolve("x.npy");
        mmcr("capacity", x, "--window", "0,1").assertIsWrongUsage("--window with an NWB file");
        mmcr("capacity", x, "--bin", 0.1).assertIsWrongUsage("--window FROM,TO with --bin");
        mmcr("capacity", temp.resolve("x.nwb"), "--window", "0").assertIsWrongUsage("found 1 numbers");
        mmcr("capacity", temp.resolve("x.nwb"), "--window", "1,0").assertIsWrongUsage("ends after it begins");
        mmcr("capacity", temp.resolve("x.nwb"), "--labels", "#stimulus").assertFailsWithOneLine("expected --window");
    }
}
