package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
import org.mmcr.core.MmcrException;

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
    void write_metadataInAnyOrder_isTheSameBytes() throws IOException {
        Map<String, Tensor> tensors = Map.of("t", torch.randn(3));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("a", "1");
        metadata.put("b", "2");
        Map<String, String> reversed = new LinkedHashMap<>();
        reversed.put("b", "2");
        reversed.put("a", "1");
        ModelState.write(folder.resolve("one"), tensors, metadata);
        ModelState.write(folder.resolve("two"), tensors, reversed);
        assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("two"));
    }

    @Test
    void memory_behindTwoGigabytesOfATensor_isAllThatWasAskedFor() {
        long far = (1L << 29) + 25;
        try (Tensor floats = torch.empty(far + 3)) {
            floats.narrow(0, far - 1, 4).copy_(torch.tensor(new float[] {1, 2, 3, 4}));
            ByteBuffer window = ModelState.memory(floats, Float.BYTES * far, 3 * Float.BYTES);
            float[] found = new float[window.remaining() / Float.BYTES];
            window.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(found);
            assertThat(found).containsExactly(2, 3, 4);
        }
    }

    @Test
    void write_channelsLastTensor_storesRowMajorLittleEndianAsInSafetensors() throws IOException {
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
    void open_truncatedAnywhere_fails() throws IOException {
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
    void open_wrongHeaders_fail() throws IOException {
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
                    .hasMessageContaining("expected a safetensors file");
        }
    }

    @Test
    void open_overlapGapOrRepeatedName_fails() throws IOException {
        String tensor = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}";
        String whole = String.format(tensor, 0, 8);
        Map<String, String> headers = Map.of(
                "{\"a\":" + whole + ",\"b\":" + String.format(tensor, 4, 12) + "}", "inside the tensor before it",
                "{\"a\":" + whole + ",\"b\":" + whole + "}", "inside the tensor before it",
                "{\"a\":" + whole + ",\"b\":" + String.format(tensor, 12, 20) + "}", "belong to no tensor",
                "{\"a\":" + whole + "}", "bytes 8 to 24 belong to no tensor",
                "{\"a\":" + whole + ",\"a\":" + whole + "}", "not JSON");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            Path file = folder.resolve("lie");
            Files.write(file, stateFile(header.getKey(), 24));
            assertThatThrownBy(() -> ModelState.open(file).close())
                    .as(header.getKey())
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining(header.getValue());
        }
    }

    @Test
    void read_tensorsAtOddAddresses_areRightAndOutliveTheFile() throws IOException {
        Path file = folder.resolve("odd");
        String header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[3,11]}}";
        ByteBuffer bytes = ByteBuffer.wrap(stateFile(header, 11)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(8 + header.length() + 3).putFloat(1.5f).putFloat(-2);
        Files.write(file, bytes.array());
        Tensor read;
        Tensor target = torch.zeros(2, 1);
        try (ModelState state = ModelState.open(file)) {
            read = state.read("w");
            state.copyInto(new LinkedHashMap<>(Map.of("b", torch.zeros(3).to(ScalarType.Byte), "w", target)), "x");
        }
        Files.delete(file);
        assertThat(read.get(0).item_float()).isEqualTo(1.5f);
        assertThat(read.equal(target)).isTrue();
    }

    @Test
    void read_beyondTwoGigabytes_findsItsTensor() throws IOException {
        Path file = folder.resolve("large");
        long large = (1L << 31) + 24;
        String header = "{\"large\":{\"dtype\":\"U8\",\"shape\":[" + large + "],\"data_offsets\":[0," + large + "]},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + large + "," + (large + 8) + "]}}";
        byte[] start = stateFile(header, 0);
        // Only the ends are written: the file takes a few kilobytes of disk.
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(start));
            ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(end.putFloat(3).putFloat(4).flip(), start.length + large);
        }
        try (ModelState state = ModelState.open(file)) {
            assertThat(state.read("w").sum().item_double()).isEqualTo(7);
        }
    }

    private static byte[] stateFile(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.putLong(text.length).put(text).array();
    }

    private static EmbeddingModel model(int dimension, long seed) {
        return EmbeddingModel.create(SmallConvNetSpec.standard(), new ProjectorSpec(List.of(dimension)), seed);
    }
}
