package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

/**
 * The tokenizer against transformers' with a small vocabulary, which {@code references/make_text.py} made, and with
 * another one in the folder that the system property {@code mmcr.clip.tokenizer} names.
 */
class ClipTokenizerTest {
    private static final int MOST = 77;

    @TempDir
    private Path folder;

    private Path weights(String... files) throws IOException {
        Path made = Path.of(System.getProperty("mmcr.clip.tokenizer", ClipFiles.TOKENIZER.toString()));
        for (String file : files) {
            Files.copy(made.resolve(file), folder.resolve(file));
        }
        return folder.resolve("model.safetensors");
    }

    private static JsonNode texts() throws IOException {
        Path made = Path.of(System.getProperty("mmcr.clip.tokenizer", ClipFiles.TOKENIZER.toString()));
        return new ObjectMapper().readTree(made.resolve("texts.json").toFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json,merges.txt"})
    void encode_textsOfManyKinds_givesTheTokensOfTheLibrary(String files) throws IOException {
        ClipTokenizer tokenizer = ClipTokenizer.beside(weights(files.split(",")));
        JsonNode texts = texts();
        assertThat(texts).hasSizeGreaterThan(40);
        for (JsonNode row : texts) {
            String text = row.get(0).asText();
            ClipTokenizer.Tokens found = tokenizer.encode(text, MOST);
            assertThat(found.numbers())
                    .as(text)
                    .isEqualTo(IntStream.range(0, row.get(1).size())
                            .map(i -> row.get(1).get(i).asInt())
                            .toArray());
            assertThat(found.cut()).as(text).isEqualTo(row.get(2).asBoolean());
        }
    }

    @Test
    void encode_textThatJustFits_isNotCut() throws IOException {
        ClipTokenizer tokenizer = ClipTokenizer.beside(weights("tokenizer.json"));
        assertThat(tokenizer.encode("cat cat cat", 5).cut()).isFalse();
        assertThat(tokenizer.encode("cat cat cat cat", 5).cut()).isTrue();
        assertThat(tokenizer.encode("cat cat cat cat", 5).numbers())
                .isEqualTo(tokenizer.encode("cat cat cat", 5).numbers());
    }

    @ParameterizedTest
    @CsvSource({
        "'', found none; put tokenizer.json",
        "vocab.json, found vocab.json without merges.txt; put",
        "merges.txt, found merges.txt without vocab.json; put"
    })
    void beside_missingFiles_saysWhichToPutThere(String file, String message) throws IOException {
        Path weights = file.isEmpty() ? weights() : weights(file);
        assertThatThrownBy(() -> ClipTokenizer.beside(weights))
                .isInstanceOf(MmcrException.class)
                .hasMessageStartingWith("expected the tokenizer of CLIP beside " + weights)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | no value of 'model'",
                "{\"model\":{\"vocab\":{}}} | found no such mark",
                "{\"model\":{\"vocab\":{\"a\":0},\"end_of_word_suffix\":\"</w>\"}} | expected the token <|startoftext|>",
                "{\"model\":{\"vocab\":{\"a\":\"b\"},\"end_of_word_suffix\":\"</w>\"}} | found \"b\" for a",
            })
    void beside_otherTokenizer_isRefused(String content, String message) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> ClipTokenizer.beside(folder.resolve("model.safetensors")))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(message);
    }
}
