package org.mmcr.simulations.figure1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.simulations.figure1.Figure1.Settings;

@Tag("long")
class Figure1Test {
    private static final Settings SETTINGS = new Settings(Grid.parse("10,20,40x10,20,40", 3), Method.EXACT, 5);

    @TempDir
    private Path temp;

    @Test
    void run_smallGrid_writesTableDocumentAndCharts() throws IOException {
        Figure1.Document document = Figure1.begin(temp.resolve("f"), SETTINGS).run(2, (drawn, done, left) -> {});
        List<String> lines = Files.readAllLines(temp.resolve("f/figure1.csv"));
        assertThat(lines).hasSize(28);
        assertThat(lines.get(0)).isEqualTo("N,D,repeat,nuclear_norm,upper_bound,percent_error,standard_error");
        assertThat(document.summary().orElseThrow().cells()).hasSize(9);
        assertThat(document.summary().orElseThrow().exponentFewPoints().orElseThrow())
                .isBetween(-1.5, -0.8);
        BufferedImage picture =
                ImageIO.read(temp.resolve("f/figure1-by-dimension.png").toFile());
        assertThat(picture.getWidth()).isGreaterThan(800);
        assertThat(picture.getRGB(0, 0)).isNotZero();
        assertThat(Files.readString(temp.resolve("f/figure1-by-points.svg"))).contains("<svg");
        assertThat(Files.readString(temp.resolve("f/figure1.json"))).contains("\"exponent_few_points\"");
        assertThat(document.files())
                .allSatisfy(name -> assertThat(temp.resolve("f").resolve(name)).isNotEmptyFile());
    }

    @Test
    void resume_tornTable_givesTheTableOfAnUninterruptedRun() throws IOException {
        Figure1.begin(temp.resolve("whole"), SETTINGS).run(2, (drawn, done, left) -> {});
        Figure1.begin(temp.resolve("torn"), SETTINGS).run(2, (drawn, done, left) -> {});
        String whole = Files.readString(temp.resolve("whole/figure1.csv"));
        Files.writeString(temp.resolve("torn/figure1.csv"), whole.substring(0, whole.length() / 2));
        int[] drawnAgain = {0};
        Figure1.resume(temp.resolve("torn")).run(2, (drawn, done, left) -> drawnAgain[0]++);
        assertThat(Files.readString(temp.resolve("torn/figure1.csv"))).isEqualTo(whole);
        assertThat(drawnAgain[0]).isBetween(10, 20);
    }

    /** The lock of the command that begins it, and what a killed process left. */
    @Test
    void begin_hiddenFiles_areIgnored() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("f"));
        Files.createFile(folder.resolve(".mmcr.lock"));
        Files.writeString(folder.resolve(".figure1.json.part"), "{");
        Figure1.begin(folder, SETTINGS);
        assertThat(folder.resolve("figure1.json")).content().contains("\"settings\"");
        assertThat(Files.readAllLines(folder.resolve("figure1.csv"))).hasSize(1);
    }

    @Test
    void begin_folderInUse_reportsHowToGoOn() throws IOException {
        Figure1.begin(temp.resolve("f"), SETTINGS);
        assertThatThrownBy(() -> Figure1.begin(temp.resolve("f"), SETTINGS))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("--resume");
        assertThatThrownBy(() -> Figure1.resume(temp.resolve("nothing")))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("figure1.json");
    }
}
