package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features that one command keeps and the next one reads. */
class CacheCommandTest {
    private static final String READ = "features of an earlier command";

    @TempDir
    static Path temp;

    private static Path run;

    @BeforeAll
    static void train() {
        Path pictures = CliPictures.write(temp.resolve("training"), 12, 1);
        run = temp.resolve("run");
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        assertThat(trained.code()).as(trained.err()).isZero();
    }

    private static CliRun embed(Path data, Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("embed", run, "--data", data, "--out", out));
        arguments.addAll(List.of(more));
        CliRun result = mmcr(arguments.toArray());
        assertThat(result.code()).as(result.err()).isZero();
        return result;
    }

    @Test
    void embed_secondFormat_isWrittenFromTheFeaturesOfTheFirst() throws IOException {
        Path data = CliPictures.write(temp.resolve("embedded"), 5, 2);
        for (String format : List.of("npy", "parquet", "csv")) {
            assertThat(embed(data, temp.resolve("computed-" + format + "." + format), "--no-cache")
                            .err())
                    .doesNotContain(READ);
        }
        assertThat(embed(data, temp.resolve("first.parquet")).err()).doesNotContain(READ);
        for (String format : List.of("npy", "parquet", "csv")) {
            Path read = temp.resolve("read-" + format + "." + format);
            assertThat(embed(data, read).err()).contains("10 " + READ);
            Path computed = temp.resolve("computed-" + format + "." + format);
            if (format.equals("parquet")) {
                assertThat(read).hasSize(Files.size(computed));
            } else {
                assertThat(read).hasSameBinaryContentAs(computed);
            }
        }
        assertThat(temp.resolve("read-npy.csv")).exists();
        assertThat(embed(data, temp.resolve("crops.npy"), "--crops", 2).err()).doesNotContain(READ);
        assertThat(embed(data, temp.resolve("whitened.npy"), "--whiten").err()).doesNotContain(READ);
    }

    @Test
    void evaluateAndCurate_afterEmbed_readItsFeatures() {
        Path train = CliPictures.write(temp.resolve("train"), 8, 3);
        Path test = CliPictures.write(temp.resolve("test"), 6, 4);
        embed(train, temp.resolve("train.npy"));
        CliRun first = mmcr("evaluate", run, "--train", train, "--test", test, "--no-pictures", "--json");
        assertThat(first.err()).contains("16 " + READ).doesNotContain("12 " + READ);
        CliRun second = mmcr("evaluate", run, "--train", train, "--test", test, "--no-pictures", "--json");
        assertThat(second.err()).contains("16 " + READ, "12 " + READ);
        CliRun none = mmcr("evaluate", run, "--train", train, "--test", test, "--no-pictures", "--no-cache", "--json");
        assertThat(none.err()).doesNotContain(READ);
        assertThat(second.json().at("/subjects/0/protocols").findValues("top1"))
                .isNotEmpty()
                .isEqualTo(none.json().at("/subjects/0/protocols").findValues("top1"));
        CliRun curated = mmcr("curate", test, "--run", run, "--out", temp.resolve("curation"));
        assertThat(curated.code()).as(curated.err()).isZero();
        assertThat(curated.err()).contains("12 " + READ);
    }
}
