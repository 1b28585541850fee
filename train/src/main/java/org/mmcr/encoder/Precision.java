package org.mmcr.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The arithmetic of convolutions and matrix products. Weights, gradients, statistics and the loss stay float32 in every case.
 *
 * <p>{@code BF16} rounds the operands of convolutions and matrix products to bfloat16 and accumulates in float32; it is about twice as fast where the
 * processor has instructions for it and much slower where it has none. {@code AUTO} asks the processor.
 */
public enum Precision {
    @JsonProperty("auto")
    AUTO,
    @JsonProperty("fp32")
    FP32,
    @JsonProperty("bf16")
    BF16;

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** FP32 or BF16: AUTO becomes BF16 where Linux reports AVX512-BF16 or AMX-BF16, else FP32. */
    public Precision resolved() {
        return this == AUTO ? detect(CPU_INFO) : this;
    }

    /** Applies this precision to the calling thread until the result is closed. */
    public Scope autocast() {
        return new Scope(resolved() == BF16);
    }

    static Precision detect(Path cpuInfo) {
        if (!Files.isReadable(cpuInfo)) {
            return FP32;
        }
        try (Stream<String> lines = Files.lines(cpuInfo, StandardCharsets.ISO_8859_1)) {
            boolean fast = lines.filter(line -> line.startsWith("flags"))
                    .limit(1)
                    .flatMap(line -> Stream.of(line.split("\\s+")))
                    .anyMatch(flag -> flag.equals("avx512_bf16") || flag.equals("amx_bf16"));
            return fast ? BF16 : FP32;
        } catch (IOException e) {
            return FP32;
        }
    }

    /** Autocast on this thread; closing restores what was in force and drops the cached low-precision weights, which a step makes stale. */
    public static final class Scope implements AutoCloseable {
        private final boolean before;

        private Scope(boolean on) {
            before = torch.is_autocast_enabled(DeviceType.CPU);
            torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
            torch.set_autocast_enabled(DeviceType.CPU, on);
        }

        @Override
        public void close() {
            torch.set_autocast_enabled(DeviceType.CPU, before);
            torch.clear_cache();
        }
    }
}
