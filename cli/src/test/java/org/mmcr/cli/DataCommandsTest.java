package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.ExclusiveLock;

/** {@code inspect}, {@code download} and the formats of {@code embed}. */
class DataCommandsTest {
    @TempDir
    private Path temp;

    @Test
    void inspect_folder_printsAndWritesTheSheet() throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 3, 1);
        Files.writeString(pictures.resolve("round/broken.png"), "x");
        CliRun run = mmcr("inspect", pictures, "--out", temp.resolve("out"), "--views", 2, "--recipe", "cifar10");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "6 pictures, 1 more cannot be read",
                        "16 x 16",
                        "PNG, RGB 6",
                        "2: round 3, square 3",
                        "duplicates",
                        "round/broken.png",
                        "contact-sheet.png");
        assertThat(temp.resolve("out/contact-sheet.png")).isNotEmptyFile();
        JsonNode written = mmcr("inspect", pictures, "--json").json();
        assertThat(written.get("pictures").asInt()).isEqualTo(6);
        assertThat(written.has("contact_sheet")).isFalse();
        assertThat(written.at("/classes/square").asInt()).isEqualTo(3);
        assertThat(temp.resolve("out/inspection.json")).content().contains("\"fingerprint\"");
    }

    @Test
    void inspect_wrongInput_isOneLine() {
        mmcr("inspect", temp.resolve("none")).assertFailsWithOneLine("no data at");
        Path pictures = CliPictures.write(temp.resolve("pictures"), 1, 1);
        mmcr("inspect", pictures, "--views", 0).assertIsWrongUsage("--views");
        mmcr("inspect", pictures, "--views-recipe", "nothing").assertIsWrongUsage("nothing");
        mmcr("inspect", temp.resolve("none"), "--recipe", "vectors").assertIsWrongUsage("a recipe for pictures");
    }

    @Test
    void download_wrongUse_isCode2() {
        CliRun unknown = mmcr("download", "imagenet", "--to", temp);
        assertThat(unknown.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(unknown.err()).contains("expected one of cifar10, cifar100, stl10, mnist");
        assertThat(mmcr("download", "mnist").code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(mmcr("download", "mnist", "--to", temp, "--url", "ftp://x/").code())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void download_withoutNetwork_reportsWhatToFetchByHand() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        CliRun run = mmcr("download", "mnist", "--to", temp, "--url", "http://localhost:" + free + "/m");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err().lines().reduce((a, b) -> b).orElseThrow())
                .startsWith("mmcr: expected http://localhost:" + free
                        + "/m/train-images-idx3-ubyte.gz, found no connection")
                .contains(
                        "t10k-labels-idx1-ubyte.gz (SHA-256 f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6)",
                        "into " + temp);
    }

    @Test
    void embed_parquetAndCrops_ofARun() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        assertThat(mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2)
                        .code())
                .isZero();
        JsonNode table = mmcr("embed", run, "--data", pictures, "--out", temp.resolve("x.parquet"), "--json")
                .json();
        assertThat(table.has("names")).isFalse();
        assertThat(table.get("rows").asInt()).isEqualTo(24);
        assertThat(temp.resolve("x.parquet")).isNotEmptyFile();
        CliRun crops = mmcr("embed", run, "--data", pictures, "--out", temp.resolve("y.csv"), "--crops", 4);
        assertThat(crops.code()).as(crops.err()).isZero();
        assertThat(crops.out()).contains("24 rows of").doesNotContain("names and labels");
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("z.npy"), "--crops", 11)
                .assertIsWrongUsage("1 to 10 crops");
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("z.parquet"), "--views", 2)
                .assertIsWrongUsage(".npy");
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("z.xyz")).assertIsWrongUsage(".parquet");
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("z.npy"), "--views", 0)
                .assertIsWrongUsage("--views of at least 1, found 0");
    }

    /** Each command reads the files of the others: the capacity of the classes is the same from every format. */
    @Test
    void embed_itsFiles_areReadByTheOtherCommands() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 20, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        for (String file : new String[] {"x.npy", "x2.csv", "x.parquet"}) {
            CliRun embedded = mmcr("embed", run, "--data", pictures, "--out", temp.resolve(file));
            assertThat(embedded.code()).as(embedded.err()).isZero();
        }
        JsonNode array = mmcr("capacity", temp.resolve("x.npy"), "--labels", temp.resolve("x.csv"), "--json")
                .json();
        assertThat(array.at("/per_manifold/0/label").asText()).isEqualTo("round");
        assertThat(array.at("/per_manifold/1/points").asInt()).isEqualTo(20);
        for (String table : new String[] {"x2.csv", "x.parquet"}) {
            JsonNode read = mmcr("capacity", temp.resolve(table), "--json").json();
            assertThat(read.get("per_manifold")).as(table).isEqualTo(array.get("per_manifold"));
            CliRun trained = mmcr(
                    "pretrain",
                    temp.resolve(table),
                    "--out",
                    temp.resolve("of-" + table),
                    "--steps",
                    1,
                    "--batch",
                    8,
                    "--set",
                    "model.encoder.widths=[8]");
            assertThat(trained.code()).as(trained.err()).isZero();
            assertThat(mmcr(
                                    "evaluate",
                                    temp.resolve("of-" + table),
                                    "--train",
                                    temp.resolve(table),
                                    "--test",
                                    temp.resolve(table),
                                    "--no-baselines")
                            .out())
                    .contains("40 of the 40 test rows are training rows too");
        }
        mmcr("embed", run, "--data", pictures, "--views", 2, "--out", temp.resolve("z.npy"));
        JsonNode analysed = mmcr(
                        "analyze", temp.resolve("z.npy"), "--views", 2, "--labels", temp.resolve("z.csv"), "--json")
                .json();
        assertThat(analysed.at("/classes/classes").asInt()).isEqualTo(2);
        mmcr("capacity", temp.resolve("x.npy"), "--labels", temp.resolve("none.csv"))
                .assertFailsWithOneLine("none.csv");
    }

    @Test
    void embed_replacesNoFileOfTheUser() throws IOException {
        Path table = Files.writeString(temp.resolve("wine.csv"), "a,b\n1,2\n2,1\n3,5\n4,1\n");
        Path run = temp.resolve("run");
        mmcr("pretrain", table, "--out", run, "--steps", 1, "--batch", 4, "--set", "model.encoder.widths=[8]");
        byte[] before = Files.readAllBytes(table);
        mmcr("embed", run, "--data", table, "--out", temp.resolve("wine.npy")).assertIsWrongUsage("wine.csv");
        mmcr("embed", run, "--data", table, "--out", table).assertIsWrongUsage("wine.csv");
        mmcr("embed", run, "--data", table, "--out", table, "--overwrite").assertIsWrongUsage("an input");
        Path other = Files.writeString(temp.resolve("other.csv"), "path,label,age\nann,x,3\n");
        mmcr("embed", run, "--data", table, "--out", temp.resolve("other.npy")).assertIsWrongUsage("other.csv");
        assertThat(other).hasContent("path,label,age\nann,x,3\n");
        assertThat(Files.readAllBytes(table)).isEqualTo(before);
        // A list of the columns that embed writes is the user's too, unless a pass was stopped before.
        Path list = Files.writeString(temp.resolve("list.csv"), "path,label\nann,x\n");
        mmcr("embed", run, "--data", table, "--out", temp.resolve("list.npy"))
                .assertIsWrongUsage("list.csv", "--overwrite");
        assertThat(list).hasContent("path,label\nann,x\n");
        Files.writeString(temp.resolve(".list.npy.rows.json"), "{}");
        CliRun continued = mmcr("embed", run, "--data", table, "--out", temp.resolve("list.npy"));
        assertThat(continued.code()).as(continued.err()).isZero();
        assertThat(Files.readAllLines(list)).hasSize(5).doesNotContain("ann,x");
        try (ExclusiveLock held =
                ExclusiveLock.tryAcquire(temp.resolve(".x.npy.lock")).orElseThrow()) {
            assertThat(held).isNotNull();
            mmcr("embed", run, "--data", table, "--out", temp.resolve("x.npy"))
                    .assertFailsWithOneLine("other process", "running");
        }
        // Another process embeds into x.csv, where the names and labels of x.npy go.
        try (ExclusiveLock held =
                ExclusiveLock.tryAcquire(temp.resolve(".x.csv.lock")).orElseThrow()) {
            assertThat(held).isNotNull();
            mmcr("embed", run, "--data", table, "--out", temp.resolve("x.npy"))
                    .assertFailsWithOneLine("other process", "x.csv");
        }
        mmcr("embed", run, "--data", table, "--out", temp.resolve("x.npy"));
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "wine.csv", "other.csv", "run", "x.npy", "x.csv", "list.npy", "list.csv");
        }
    }
}
