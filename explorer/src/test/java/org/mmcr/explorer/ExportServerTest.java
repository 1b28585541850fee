package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;

/** The page and the archive of pictures that the server sends. */
class ExportServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final RunningExplorer RUNNING = new RunningExplorer();

    private final ExplorerClient client = RUNNING.client();

    private HttpResponse<String> post(String what, String body) throws Exception {
        return client.post("/api/export/" + what, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"map.html", "pictures"})
    void exports_ofWhatIsNotThere_areRefused(String what) throws Exception {
        assertThat(post(what, "{\"pictures\":[1],\"data\":\"of before\"}").statusCode())
                .isEqualTo(412);
        assertThat(post(what, "{\"pictures\":[300]}").body()).contains("no picture 300");
        assertThat(post(what, "{\"pictures\":[-1]}").statusCode()).isEqualTo(409);
        for (String none : new String[] {"{}", "{\"pictures\":[]}"}) {
            assertThat(post(what, none).statusCode()).isEqualTo(409);
            assertThat(post(what, none).body()).contains("expected pictures to save, found none");
        }
        byte[] body = "{\"pictures\":[1]}".getBytes(StandardCharsets.UTF_8);
        assertThat(client.post("/api/export/" + what, "text/plain", body).statusCode())
                .isEqualTo(409);
    }

    @Test
    void page_ofSomePictures_holdsTheirFieldsAndNoOthers() throws Exception {
        client.act("{\"action\":\"assign\",\"pictures\":[7],\"label\":\"</script>\"}");
        HttpResponse<String> answer = post("map.html", "{\"pictures\":[7,280,299],\"colour_by\":\"score\"}");
        client.act("{\"action\":\"undo\"}");
        assertThat(answer.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"map.html\"");
        assertThat(answer.headers().firstValue("Mmcr-Message"))
                .contains("map.html: 3 pictures, thumbnails of 96 x 96 pixels");
        assertThat(answer.body())
                .contains("\"total\":300", "\"colour_by\":\"score\"")
                .contains("{\"name\":\"label\",\"values\":[\"\\u003c/script>\"],\"of\":[0,-1,-1]}")
                .contains("{\"name\":\"score\",\"numbers\":[7.0,280.0,null]}")
                .contains("{\"name\":\"part\",\"values\":[\"first half\",\"second half\"],\"of\":[0,1,-1]}")
                .doesNotContain("{\"name\":\"certainty\"");
    }

    private HttpResponse<byte[]> archive(String pictures) throws Exception {
        HttpResponse<String> answer = post("pictures", "{\"pictures\":[" + pictures + "]}");
        return client.get("/" + JSON.readTree(answer.body()).get("address").asText());
    }

    @Test
    void archive_withALabelOfTheUser_isReadWithItAndTheOtherClasses(@TempDir Path folder) throws Exception {
        client.act("{\"action\":\"assign\",\"pictures\":[2],\"label\":\"mine\"}");
        HttpResponse<byte[]> answer = archive("2,3,299");
        client.act("{\"action\":\"undo\"}");
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"pictures.zip\"");
        Path file = Files.write(folder.resolve("pictures.zip"), answer.body());
        String all = RUNNING.run().pictures().toString();
        try (PictureSource data = DataSources.pictures(all, DataOptions.defaults());
                PictureSource read = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            String[] own = {data.name(3), "mine/" + data.name(2).replaceFirst(".*/", ""), data.name(299)};
            assertThat(IntStream.range(0, read.size()).mapToObj(read::name)).containsExactlyInAnyOrder(own);
            int mine = IntStream.range(0, 3)
                    .filter(i -> read.name(i).equals(own[1]))
                    .findFirst()
                    .orElseThrow();
            assertThat(read.picture(mine).rgb()).isEqualTo(data.picture(2).rgb());
        }
    }

    @Test
    void archive_ofAnUnknownSelection_isNotFound() throws Exception {
        assertThat(client.get("/api/export/pictures.zip?selection=other").statusCode())
                .isEqualTo(404);
        assertThat(client.get("/api/export/pictures.zip").statusCode()).isEqualTo(404);
        HttpResponse<String> first = post("pictures", "{\"pictures\":[1]}");
        String address = "/" + JSON.readTree(first.body()).get("address").asText();
        for (int i = 0; i < 7; i++) {
            post("pictures", "{\"pictures\":[2]}");
        }
        assertThat(client.get(address).statusCode()).isEqualTo(200);
        post("pictures", "{\"pictures\":[2]}");
        assertThat(client.get(address).statusCode()).isEqualTo(404);
    }

    /** The client must not take what came before the failure for the whole file. */
    @Test
    void archive_whosePictureIsGone_isBrokenOff() throws Exception {
        String all = IntStream.range(0, 300)
                .mapToObj(String::valueOf)
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
        assertThat(archive(all).body()).hasSizeGreaterThan(200_000); // the failure comes behind what is sent
        Path gone;
        try (PictureSource data = DataSources.pictures(RUNNING.run().pictures().toString(), DataOptions.defaults())) {
            gone = RUNNING.run().pictures().resolve(data.name(299));
        }
        Path kept = Files.move(gone, gone.resolveSibling("kept"));
        try {
            assertThatThrownBy(() -> archive(all)).isInstanceOf(IOException.class);
        } finally {
            Files.move(kept, gone);
        }
        assertThat(archive("299").statusCode()).isEqualTo(200);
    }
}
