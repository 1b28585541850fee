package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.data.io.NpyFiles;

/**
 * Runs every {@code ./mmcr} command of README.md's code blocks, in order, on drawn pictures. Files are those that
 * earlier
 * commands wrote. What is replaced is stated in {@link #shortened}: the length of the training, and a browser.
 */
@Tag("long")
@EnabledOnOs(OS.LINUX) // servers are ended by SIGINT
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

    /** Commands that answer until they are interrupted. */
    private static final Set<String> SERVERS = Set.of("explore", "serve");

    @TempDir
    private Path temp;

    @Test
    void commands_inOrder_endWithoutAFailure() throws Exception {
        SyntheticPictures.write(temp.resolve("pictures"), 6, 1);
        SyntheticPictures.write(temp.resolve("other-pictures"), 2, 2);
        writeArrays();
        int ran = 0;
        for (String line : commands(readme())) {
            List<String> words = shortened(line);
            if (line.contains("dinov2.onnx") && Files.notExists(temp.resolve("dinov2.onnx"))) {
                Files.copy(temp.resolve("encoder.onnx"), temp.resolve("dinov2.onnx"));
            }
            if (SERVERS.contains(words.get(0))) {
                assertServes(line, words);
            } else {
                CliRun run = CliRun.mmcr(words.toArray());
                assertThat(run.code()).as(line + "\n" + run.err()).isZero();
            }
            ran++;
        }
        assertThat(ran).isGreaterThan(12);
        for (String written : List.of(
                "inspection/contact-sheet.png",
                "curation/curation.html",
                "runs/first/report.html",
                "first.parquet",
                "runs/first/evaluation.json",
                "encoder.onnx",
                "features.parquet",
                "analysis/report.html")) {
            assertThat(temp.resolve(written)).isNotEmptyFile();
        }
        assertThat(Path.of("dinov2-explore")).doesNotExist();
    }

    /** The server answers, and ends by Ctrl-C. */
    private void assertServes(String line, List<String> words) throws Exception {
        MmcrProcess process = MmcrProcess.start(temp, words.toArray());
        process.await(() -> process.out().contains("http://"));
        process.signal("INT");
        assertThat(process.exitCode()).as(line + "\n" + process.err()).isIn(ExitCode.DONE, ExitCode.INTERRUPTED);
    }

    /** Arrays of another program: features with labels, and four views of each sample in adjacent rows. */
    private void writeArrays() {
        Random random = new Random(1);
        float[] features = new float[80 * 6];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian() + (i / 6 % 4 == i % 6 ? 4 : 0);
        }
        NpyFiles.write(temp.resolve("features.npy"), new NpyFiles.FloatArray(List.of(80L, 6L), features));
        double[] labels = new double[80];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 4;
        }
        NpyFiles.write(temp.resolve("labels.npy"), new NpyFiles.DoubleArray(List.of(80L), labels));
        float[] views = new float[60 * 4 * 5];
        for (int i = 0; i < views.length; i++) {
            views[i] = (float) random.nextGaussian();
        }
        NpyFiles.write(temp.resolve("z.npy"), new NpyFiles.FloatArray(List.of(240L, 5L), views));
    }

    /**
     * Returns the words of a command after {@code ./mmcr}, with files in the test's folder and these replacements: two
     * steps of a narrow network in place of minutes; no browser, and any free port; of the demo its help alone, because
     * it draws and measures thousands of pictures, and the workflow of the build runs it.
     */
    private List<String> shortened(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.replaceFirst("\\s+#.*", "")
                .replace("--minutes 10", "--steps 2 --width 4")
                .replace(" --open", "")
                .strip()
                .split("\\s+", -1)) {
            boolean file = !word.startsWith("-") && (word.contains("/") || word.contains("."));
            words.add(file ? temp.resolve(word).toString() : word);
        }
        words.remove(0); // ./mmcr
        if (SERVERS.contains(words.get(0))) {
            words.addAll(List.of("--port", "0"));
        }
        if (words.get(0).equals("demo")) {
            words.add("--help");
        }
        return words;
    }

    private static List<String> commands(String page) {
        List<String> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            block.group(1).lines().filter(line -> line.startsWith("./mmcr ")).forEach(commands::add);
        }
        return commands;
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("..", "README.md"));
    }
}
