package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;

/** The server's answers to queries for pictures, and the lists of pictures it writes. */
class FilterServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final RunningExplorer RUNNING = new RunningExplorer();

    private final ExplorerClient client = RUNNING.client();

    private HttpResponse<byte[]> matches(String query) throws Exception {
        String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20");
        return client.get("/api/matches?query=" + encoded);
    }

    /** The indices of a query's pictures. */
    private int[] matching(String query) throws Exception {
        byte[] found = matches(query).body();
        assertThat(found).as(query).hasSize(2 * ExploredRun.PICTURES);
        return IntStream.range(0, ExploredRun.PICTURES)
                .filter(i -> found[2 * i] == 1)
                .toArray();
    }

    /** The score of a picture is its index, and the first thirty are of the first class. */
    @Test
    void matches_ofAQuery_areItsPicturesWithTheLabelsOfNow() throws Exception {
        String first = JSON.readTree(client.get("/api/picture/0/about").body())
                .get("given")
                .asText();
        assertThat(matching("class:" + first + " score>=20"))
                .isEqualTo(IntStream.range(20, 30).toArray());
        assertThat(matching("folder=" + first + " or score:none"))
                .isEqualTo(IntStream.concat(IntStream.range(0, 30), IntStream.range(290, 300))
                        .toArray());
        assertThat(matching("part:\"second half\" -score<280"))
                .isEqualTo(IntStream.range(280, 290).toArray());
        assertThat(matching("label:\"of now\"")).isEmpty();
        client.act("{\"action\":\"assign\",\"pictures\":[7,41],\"label\":\"of now\"}");
        assertThat(matching("label:\"of now\"")).containsExactly(7, 41);
        assertThat(matching("label:none")).hasSize(ExploredRun.PICTURES - 2);
        client.act("{\"action\":\"undo\"}");
        assertThat(matching("label:\"of now\"")).isEmpty();
        assertThat(client.awaitLine("\"stage\":\"READY\""))
                .contains("{\"name\":\"class\",\"numeric\":false}", "{\"name\":\"score\",\"numeric\":true}");
    }

    private JsonNode chart(String field) throws Exception {
        HttpResponse<byte[]> answer = client.get("/api/fields/chart?field=" + field);
        assertThat(answer.statusCode()).as(field).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /** The bars of a chart partition the pictures as the queries of the bars do, for labels as they are now. */
    @Test
    void chart_ofEachField_countsThePicturesOfItsQueries() throws Exception {
        client.act("{\"action\":\"assign\",\"pictures\":[7,41,42],\"label\":\"counted now\"}");
        for (String field : List.of("folder", "class", "label", "score", "part")) {
            JsonNode chart = chart(field);
            byte[] of = chart.get("of").binaryValue();
            assertThat(of).hasSize(ExploredRun.PICTURES);
            for (int b = 0; b < chart.get("bars").size(); b++) {
                JsonNode bar = chart.get("bars").get(b);
                List<String> terms = new ArrayList<>();
                bar.get("terms").forEach(term -> terms.add(term.asText()));
                int index = b;
                int[] found = IntStream.range(0, of.length)
                        .filter(i -> of[i] == index)
                        .toArray();
                assertThat(found)
                        .as(field + " " + terms)
                        .isEqualTo(matching(String.join(" ", terms)))
                        .hasSize(bar.get("pictures").asInt());
            }
        }
        assertThat(chart("score").at("/none/pictures").asInt()).isEqualTo(10);
        assertThat(chart("score").at("/bars/0/name").asText()).isEqualTo("0 to 20");
        assertThat(chart("name").get("bars")).isEmpty();
        assertThat(chart("label").get("bars")).hasSize(1);
        assertThat(chart("label").at("/bars/0/pictures").asInt()).isEqualTo(3);
        client.act("{\"action\":\"undo\"}");
        assertThat(chart("label").get("bars")).isEmpty();
        assertThat(client.get("/api/fields/chart?field=colour").statusCode()).isEqualTo(404);
        assertThat(client.get("/api/fields/chart").statusCode()).isEqualTo(404);
    }

    @Test
    void matches_ofAWrongQuery_areRefusedWithTheFields() throws Exception {
        HttpResponse<byte[]> answer = matches("colour:red");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("message").asText())
                .startsWith("expected a field before :, found 'colour'")
                .endsWith("name, folder, class, label, prediction, certainty, score, part");
        assertThat(matches("part<3").statusCode()).isEqualTo(400);
    }

    @Test
    void list_ofSomePictures_isDataForOtherCommands(@TempDir Path other) throws Exception {
        HttpResponse<String> answer = list("{\"pictures\":[0,31,299]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("path,class");
        Path file = Files.writeString(other.resolve("shown.csv"), answer.body());
        String pictures = RUNNING.run().pictures().toString();
        try (DataSource all = DataSources.open(pictures, DataOptions.defaults());
                DataSource listed = DataSources.open(file + "#" + pictures, DataOptions.defaults())) {
            List<String> expected =
                    IntStream.of(0, 31, 299).mapToObj(i -> named(all, i)).toList();
            assertThat(IntStream.range(0, listed.size()).mapToObj(i -> named(listed, i)))
                    .containsExactlyElementsOf(expected);
        }
    }

    /** The name of a picture and its class. */
    private static String named(DataSource data, int picture) {
        return data.name(picture) + " "
                + data.classNames().get(data.label(picture).orElseThrow());
    }

    @Test
    void list_ofLabelledPictures_hasTheirLabels() throws Exception {
        client.act("{\"action\":\"assign\",\"pictures\":[2],\"label\":\"=listed\"}");
        List<String> lines = list("{\"pictures\":[2,3]}").body().lines().toList();
        client.act("{\"action\":\"undo\"}");
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("path,class,label");
        assertThat(lines.get(1)).contains(",'=listed"); // no formula for a spreadsheet
        assertThat(lines.get(2).split(",", -1)[2]).isEmpty();
    }

    @Test
    void list_ofOtherPicturesThanThePageShows_isRefused() throws Exception {
        assertThat(list("{\"pictures\":[1],\"data\":\"of before\"}").statusCode())
                .isEqualTo(412);
        assertThat(list("{\"pictures\":[300]}").body()).contains("no picture 300");
        assertThat(list("{}").body().lines()).hasSize(1);
    }

    private HttpResponse<String> list(String pictures) throws Exception {
        return client.post("/api/export/shown.csv", "application/json", pictures.getBytes(StandardCharsets.UTF_8));
    }
}
