package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.ExclusiveLock;

@Tag("long")
class OutputFolderTest {
    private static final String MINE = "a page of the user's\n";

    @TempDir
    private Path temp;

    private Path embeddings;

    @BeforeEach
    void writeEmbeddings() {
        embeddings = temp.resolve("z.npy");
        Random random = new Random(1);
        float[] values = new float[40 * 2 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        NpyFile.write(embeddings, values, new int[] {40, 2, 4});
    }

    /** Each command that writes into a folder, without {@code --out DIR}, and two of its files. */
    private List<List<Object>> commands() throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        return List.of(
                List.of("analyze", embeddings),
                List.of("capacity", embeddings, "--directions", 20),
                List.of("inspect", pictures),
                List.of("simulate", "sphere", "--points", 8, "--steps", 3),
                List.of("simulate", "information", "--points", 40, "--views", 2, "--dimension", 3));
    }

    @Test
    void folder_withTheNameOfAFile_isRefusedUnlessItExists() throws IOException {
        Path page = temp.resolve("page.html");
        mmcr("analyze", embeddings, "--out", page).assertIsWrongUsage("expected a folder to write into");
        assertThat(page).doesNotExist();
        Files.createDirectory(page);
        CliRun given = mmcr("analyze", embeddings, "--out", page);
        assertThat(given.code()).as(given.err()).isZero();
        CliRun version = mmcr("analyze", embeddings, "--out", temp.resolve("v1.0"));
        assertThat(version.code()).as(version.err()).isZero();
    }

    @TestFactory
    Stream<DynamicTest> everyFileOfACommand_ofTheUser_isKept() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (List<Object> command : commands()) {
            String name = command.get(0) + "-" + command.get(1).toString().replaceAll(".*/", "");
            tests.add(DynamicTest.dynamicTest(name, () -> keepsEveryFile(command, name)));
        }
        return tests.stream();
    }

    private void keepsEveryFile(List<Object> command, String name) throws IOException {
        Path folder = temp.resolve(name);
        run(command, folder);
        Set<String> files = visible(folder);
        assertThat(files).isNotEmpty();
        for (String file : files) {
            byte[] ours = Files.readAllBytes(folder.resolve(file));
            Files.writeString(folder.resolve(file), MINE);
            mmcr(arguments(command, folder)).assertIsWrongUsage(file, "--overwrite");
            assertThat(folder.resolve(file)).hasContent(MINE);
            Files.write(folder.resolve(file), ours);
        }
        Files.writeString(folder.resolve(files.iterator().next()), MINE);
        assertThat(mmcr(arguments(command, folder, "--overwrite")).code()).isZero();
        assertThat(folder.resolve(files.iterator().next())).content().isNotEqualTo(MINE);
        assertThat(visible(folder)).isEqualTo(files);
    }

    @Test
    void analyze_filesOfAnEarlierCommand_replacesThem() {
        Path folder = temp.resolve("o");
        run(List.of("analyze", embeddings), folder);
        run(List.of("capacity", embeddings, "--directions", 20), folder);
        run(List.of("analyze", embeddings), folder);
    }

    @Test
    void analyze_folderWithPageOfTheUser_writesNothing() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("site"));
        Files.writeString(folder.resolve("report.html"), MINE);
        mmcr("analyze", embeddings, "--out", folder).assertIsWrongUsage("report.html", "--overwrite");
        assertThat(folder.resolve("report.html")).hasContent(MINE);
        assertThat(folder.resolve("analysis.json")).doesNotExist();
        assertThat(folder.resolve(".mmcr.sha256")).doesNotExist();
    }

    @Test
    void analyze_folderWithConfigAndPageOfTheUser_keepsThem() throws IOException {
        Path project = Files.createDirectories(temp.resolve("project"));
        Files.writeString(project.resolve("config.yaml"), "port: 80\n");
        Files.writeString(project.resolve("report.html"), MINE);
        mmcr("analyze", embeddings, "--out", project).assertIsWrongUsage("report.html", "--overwrite");
        assertThat(project.resolve("report.html")).hasContent(MINE);
        CliRun asAdvised = mmcr("analyze", embeddings, "--out", project, "--overwrite");
        assertThat(asAdvised.code()).as(asAdvised.err()).isZero();
        assertThat(project.resolve("config.yaml")).hasContent("port: 80\n");
    }

    @Test
    void report_pageOfTheUser_isKept() throws IOException {
        Path measured = temp.resolve("measured");
        mmcr("analyze", embeddings, "--out", measured);
        mmcr("report", measured, "--json").json();
        Path site = Files.createDirectories(temp.resolve("site"));
        Files.writeString(site.resolve("report.html"), MINE);
        mmcr("report", measured, "--out", site).assertIsWrongUsage("report.html", "--overwrite");
        Files.writeString(measured.resolve("report.html"), MINE);
        mmcr("report", measured).assertIsWrongUsage("report.html", "--overwrite");
        assertThat(measured.resolve("report.html")).hasContent(MINE);
        assertThat(mmcr("report", measured, "--overwrite").code()).isZero();
    }

    @Test
    void demo_folderWithFiles_isRefused() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("pictures/train/circle"));
        Files.writeString(folder.resolve("0000.png"), MINE);
        mmcr("demo", "--out", temp.resolve("pictures"), "--steps", 1).assertIsWrongUsage("new or empty");
        assertThat(folder.resolve("0000.png")).hasContent(MINE);
    }

    /** {@code --overwrite} does not help here, so it is not advised. */
    @Test
    void figure1_folderWithAPage_isRefusedAtOnce() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("figure"));
        Files.writeString(folder.resolve("report.html"), MINE);
        mmcr("simulate", "figure1", "--out", folder, "--grid", "10x10")
                .assertFailsWithOneLine("expected a new or empty folder, found files in " + folder);
        assertThat(folder.resolve("report.html")).hasContent(MINE);
        assertThat(folder.resolve(".mmcr.lock")).doesNotExist();
    }

    @Test
    void demo_withoutMinutes_isWrongUsageAndLeavesNoFolder() {
        mmcr("demo", "--out", temp.resolve("d"), "--minutes", 0).assertIsWrongUsage("minutes");
        assertThat(temp.resolve("d")).doesNotExist();
    }

    @Test
    void analyze_failure_leavesNoFolder() {
        mmcr("analyze", temp.resolve("no.npy"), "--out", temp.resolve("o")).assertFailsWithOneLine("no.npy");
        assertThat(temp.resolve("o")).doesNotExist();
    }

    @Test
    void analyze_filesOfAKilledProcess_areItsOwn() throws IOException {
        Path folder = temp.resolve("o");
        mmcr("analyze", embeddings, "--out", folder);
        List<String> killed = Files.readAllLines(folder.resolve(".mmcr.sha256")).stream()
                .map(line -> "unfinished  " + line.substring(line.indexOf("  ") + 2))
                .toList();
        Files.write(folder.resolve(".mmcr.sha256"), killed);
        Files.writeString(folder.resolve("analysis.json"), "{}");
        run(List.of("analyze", embeddings), folder);
        assertThat(folder.resolve(".mmcr.sha256")).content().doesNotContain("unfinished");
    }

    @Test
    void analyze_folderInUse_isRefused() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("o"));
        try (ExclusiveLock lock =
                ExclusiveLock.tryAcquire(folder.resolve(".mmcr.lock")).orElseThrow()) {
            mmcr("analyze", embeddings, "--out", folder).assertFailsWithOneLine("no other process");
        }
    }

    @Test
    void evaluate_runInUse_isRefused() throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 1);
        try (ExclusiveLock lock =
                ExclusiveLock.tryAcquire(run.resolve(".mmcr.lock")).orElseThrow()) {
            mmcr("evaluate", run, "--train", pictures, "--test", pictures).assertFailsWithOneLine("no other process");
        }
        assertThat(run.resolve("evaluation.json")).doesNotExist();
    }

    private static void run(List<Object> command, Path folder) {
        CliRun run = mmcr(arguments(command, folder));
        assertThat(run.code()).as(run.err()).isZero();
    }

    private static Object[] arguments(List<Object> command, Path folder, Object... more) {
        List<Object> all = new ArrayList<>(command);
        all.addAll(List.of("--out", folder));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static Set<String> visible(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .forEach(names::add);
        }
        return names;
    }
}
