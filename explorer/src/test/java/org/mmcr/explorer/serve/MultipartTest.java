package org.mmcr.explorer.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.BadRequestResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
    private static final String TYPE = "multipart/form-data; boundary=edge";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void files_withAnyContent_areReturnedInOrder() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a b.png", new byte[0]);
        files.put("b.png", bytes("x--edge"));
        files.put("c.png", bytes("\r\n--edg\r\n\r\n--"));
        byte[] random = new byte[5000];
        new Random(1).nextBytes(random);
        files.put("d.png", random);
        List<Multipart.Part> found = Multipart.files(TYPE, ServeClient.form("edge", files));
        assertThat(found.stream().map(Multipart.Part::name)).containsExactlyElementsOf(files.keySet());
        found.forEach(part -> assertThat(part.content()).isEqualTo(files.get(part.name())));
    }

    @Test
    void files_quotedBoundaryAndPreamble_areUnderstood() {
        byte[] body = bytes(
                "ignored\r\n--a b\r\n" + "Content-Disposition: form-data; name=x; filename=y.png\r\n\r\nz\r\n--a b--");
        List<Multipart.Part> found = Multipart.files("multipart/form-data; charset=utf-8; Boundary=\"a b\"", body);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).name()).isEqualTo("y.png");
        assertThat(found.get(0).content()).isEqualTo(bytes("z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--edge",
                "--edge\r\n",
                "--edge\r\n\r\n--edge--",
                "--edgeX\r\n\r\n\r\n\r\n--edge--",
                "x--edge--"
            })
    void files_ofABodyThatIsNone_fails(String body) {
        assertThatThrownBy(() -> Multipart.files(TYPE, bytes(body)))
                .isInstanceOf(BadRequestResponse.class)
                .hasMessageContaining("multipart body");
    }

    @Test
    void files_withoutABoundary_fails() {
        assertThatThrownBy(() -> Multipart.files("multipart/form-data", bytes("--edge--")))
                .isInstanceOf(BadRequestResponse.class)
                .hasMessageContaining("boundary in its content type");
    }

    @Test
    void files_ofAnyDamagedBody_failOrAreFiles() {
        byte[] whole = ServeClient.form("edge", Map.of("a.png", bytes("12345")));
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            if (body.length > 0) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(Multipart.files(TYPE, body)).hasSizeLessThanOrEqualTo(1);
            } catch (BadRequestResponse expected) {
                assertThat(expected).hasMessageContaining("expected");
            }
        }
    }
}
