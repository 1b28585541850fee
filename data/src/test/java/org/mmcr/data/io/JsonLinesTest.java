package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
    @TempDir
    Path folder;

    private record Point(int step, String meanLoss) {}

    private Path file() {
        return folder.resolve("points.jsonl");
    }

    private void append(Point... points) throws IOException {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (Point point : points) {
                JsonLines.append(channel, point);
            }
        }
    }

    @Test
    void append_documents_areOneLineEach() throws IOException {
        append(new Point(1, "a\nb"), new Point(2, "ü"));
        assertThat(Files.readAllLines(file()))
                .containsExactly("{\"step\":1,\"mean_loss\":\"a\\nb\"}", "{\"step\":2,\"mean_loss\":\"ü\"}");
        assertThat(JsonLines.read(file()))
                .extracting(node -> node.get("mean_loss").asText())
                .containsExactly("a\nb", "ü");
    }

    @Test
    void read_unfinishedLastLine_isLeftForTheNextRead() throws IOException {
        append(new Point(1, "a"));
        Files.writeString(file(), "{\"step\":2,", StandardOpenOption.APPEND);
        long end;
        try (FileChannel channel = FileChannel.open(file())) {
            JsonLines.Block block = JsonLines.read(channel, 0);
            assertThat(block.documents()).hasSize(1);
            end = block.end();
            assertThat(JsonLines.read(channel, end)).isEqualTo(new JsonLines.Block(List.of(), end));
        }
        Files.writeString(file(), "\"mean_loss\":\"b\"}\n", StandardOpenOption.APPEND);
        try (FileChannel channel = FileChannel.open(file())) {
            JsonLines.Block block = JsonLines.read(channel, end);
            assertThat(block.documents())
                    .extracting(node -> node.get("step").asInt())
                    .containsExactly(2);
            assertThat(block.end()).isEqualTo(Files.size(file()));
        }
    }

    @Test
    void read_linesAcrossBlocks_areWhole() throws IOException {
        String long1 = "x".repeat(700_000);
        String long2 = "y".repeat(1_500_000);
        append(new Point(1, long1), new Point(2, long2), new Point(3, "z"));
        assertThat(JsonLines.read(file()))
                .extracting(node -> node.get("mean_loss").asText())
                .containsExactly(long1, long2, "z");
    }

    @Test
    void read_emptyFile_isEmpty() throws IOException {
        Files.createFile(file());
        assertThat(JsonLines.read(file())).isEqualTo(List.<JsonNode>of());
    }

    @Test
    void read_aLineThatIsNotJson_fails() throws IOException {
        Files.writeString(file(), "{\"step\":1}\nstep 2\n");
        assertThatThrownBy(() -> JsonLines.read(file())).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void read_lineThatIsNotJson_isNamedByItsNumber() throws IOException {
        append(new Point(1, "a"));
        Files.writeString(file(), "non\rsense\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> JsonLines.read(file()))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("line 2, found 'non sense'");
    }
}
