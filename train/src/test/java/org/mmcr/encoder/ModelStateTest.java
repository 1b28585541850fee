package org.mmcr.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.MmcrException;

class ModelStateTest {
    @TempDir
    private Path folder;

    @Test
    void write_everyTypeAndLayout_readsBackEqual() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("counter", torch.tensor(12345678901L));
        for (ElementType type : ElementType.values()) {
            tensors.put("t." + type, torch.randn(3, 5).mul(torch.tensor(50.0)).to(type.scalar()));
        }
        tensors.put("conv", torch.randn(4, 3, 2, 2).contiguous(MemoryFormat.ChannelsLast));
        tensors.put("empty", torch.zeros(0, 4));

        Path file = folder.resolve("state");
        ModelState.write(file, tensors, Map.of("format", "1"));

        try (ModelState state = ModelState.open(file)) {
            assertThat(state.metadata()).containsExactly(Map.entry("format", "1"));
            assertThat(state.names()).containsExactlyElementsOf(tensors.keySet());
            Map<String, Tensor> read = state.readAll();
            tensors.forEach((name, tensor) ->
                    assertThat(tensor.equal(read.get(name))).as(name).isTrue());
        }
    }

    @Test
    void write_channelsLastTensor_storesRowMajorLittleEndianAsSafetensorsSays() throws IOException {
        Tensor rowMajor = torch.arange(new Scalar(24)).to(ScalarType.Float).reshape(2, 3, 2, 2);
        Path file = folder.resolve("state");
        ModelState.write(file, Map.of("w", rowMajor.contiguous(MemoryFormat.ChannelsLast)), Map.of("a", "b"));

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong();
        byte[] text = new byte[length];
        bytes.get(text);
        JsonNode header = new ObjectMapper().readTree(text);
        assertThat(length % 8).isZero();
        assertThat(header.toString())
                .isEqualTo("{\"__metadata__\":{\"a\":\"b\"},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3,2,2],\"data_offsets\":[0,96]}}");
        for (int i = 0; i < 24; i++) {
            assertThat(bytes.getFloat()).isEqualTo(i);
        }
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void copyInto_model_restoresEveryValueAndKeepsLayout() throws IOException {
        EmbeddingModel saved = model(8, 1);
        EmbeddingModel fresh = model(8, 2);
        Path file = folder.resolve("model");
        ModelState.write(file, saved.state(), Map.of());

        try (ModelState state = ModelState.open(file)) {
            state.copyInto(fresh.state(), "model");
        }

        saved.state()
                .forEach((name, tensor) -> assertThat(tensor.equal(fresh.state().get(name)))
                        .as(name)
                        .isTrue());
        assertThat(fresh.parameters().get("encoder.stem.conv.weight").is_contiguous(MemoryFormat.ChannelsLast))
                .isTrue();
    }

    @Test
    void copyInto_otherModel_listsMissingUnexpectedAndMisshapedAndChangesNothing() throws IOException {
        Path file = folder.resolve("model");
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(Map.of("a", torch.ones(2), "b", torch.ones(2), "c", torch.ones(2)));
        ModelState.write(file, tensors, Map.of());
        Tensor a = torch.zeros(2);

        try (ModelState state = ModelState.open(file)) {
            assertThatThrownBy(
                            () -> state.copyInto(Map.of("a", a, "b", torch.zeros(3), "d", torch.zeros(2)), "network"))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("do not fit this network")
                    .hasMessageContaining("missing 1 (d)")
                    .hasMessageContaining("unexpected 1 (c)")
                    .hasMessageContaining("different 1 (b is float[2] instead of float[3])");
        }
        assertThat(a.sum().item_double()).isZero();
    }

    @Test
    void open_truncatedAnywhere_isRefused() throws IOException {
        Path file = folder.resolve("model");
        ModelState.write(file, Map.of("a", torch.ones(100), "b", torch.ones(3)), Map.of());
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 7, 8, 40, whole.length / 2, whole.length - 1}) {
            Path cut = folder.resolve("cut" + length);
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ModelState.open(cut).close())
                    .as("%d bytes", length)
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining(cut.toString());
        }
    }

    @Test
    void open_headersThatLie_areRefused() throws IOException {
        List<String> headers = List.of(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,800]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"a\":{\"dtype\":\"Q9\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\"}}",
                "[1, 2]",
                "not json");
        for (String header : headers) {
            byte[] text = header.getBytes(StandardCharsets.UTF_8);
            ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 8).order(ByteOrder.LITTLE_ENDIAN);
            Path file = folder.resolve("lie");
            Files.write(file, bytes.putLong(text.length).put(text).array());
            assertThatThrownBy(() -> ModelState.open(file).close())
                    .as(header)
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("expected a state file");
        }
    }

    private static EmbeddingModel model(int dimension, long seed) {
        return EmbeddingModel.create(FastResNetSpec.standard(), new ProjectorSpec(List.of(dimension)), seed);
    }
}
