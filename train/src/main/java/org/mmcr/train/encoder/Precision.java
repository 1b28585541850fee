package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Number format of convolutions and matrix products. Weights, gradients, statistics and the loss are always float32.
 *
 * <p>{@code BF16} rounds the operands of convolutions and matrix products to bfloat16 and accumulates in float32. It
 * is faster than float32 on processors with AMX, and on AMD's with AVX512-BF16 (two dot-product units, about twice
 * float32). Intel's AVX512-BF16 without AMX has one such unit against two for float32, and its convolutions run at
 * half the speed of float32. {@code AUTO} selects by this rule.
 */
@API(status = API.Status.STABLE)
public enum Precision {
    /** The faster one on this processor. */
    @JsonProperty("auto")
    AUTO,
    /** float32 operands and sums. */
    @JsonProperty("fp32")
    FP32,
    /** bfloat16 operands, float32 sums. */
    @JsonProperty("bf16")
    BF16;

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /**
     * FP32 or BF16. AUTO becomes BF16 if Linux reports AMX-BF16, or AVX512-BF16 on an AMD processor, and FP32
     * otherwise.
     */
    public Precision resolved() {
        return this == AUTO ? detect(CPU_INFO) : this;
    }

    /** The precision on a device: AUTO becomes BF16 on an NVIDIA card and FP32 on an Apple one. */
    public Precision resolved(ComputeDevice device) {
        return switch (device.kind()) {
            case CPU -> resolved();
            case CUDA -> this == AUTO ? BF16 : this;
            case MPS, META -> this == AUTO ? FP32 : this;
        };
    }

    /** Applies this precision to the processor's work of the calling thread until the returned scope is closed. */
    public Scope autocast() {
        return autocast(ComputeDevice.CPU);
    }

    /** Applies this precision to a device's work of the calling thread until the returned scope is closed. */
    public Scope autocast(ComputeDevice device) {
        DeviceType type = device.kind() == ComputeDevice.Kind.META ? DeviceType.CPU : device.kind().type;
        return new Scope(type, resolved(device) == BF16);
    }

    static Precision detect(Path cpuInfo) {
        if (!Files.isReadable(cpuInfo)) {
            return FP32;
        }
        try (Stream<String> lines = Files.lines(cpuInfo, StandardCharsets.ISO_8859_1)) {
            Set<String> words = lines.takeWhile(line -> !line.isBlank())
                    .filter(line -> line.startsWith("flags") || line.startsWith("vendor_id"))
                    .flatMap(line -> Stream.of(line.split("\\s+")))
                    .collect(Collectors.toSet());
            boolean amd = words.contains("AuthenticAMD") && words.contains("avx512_bf16");
            return amd || words.contains("amx_bf16") ? BF16 : FP32;
        } catch (IOException e) {
            return FP32;
        }
    }

    /**
     * Autocast on a thread. Closing it restores the previous state and clears the cached low-precision weights, which
     * a step makes stale.
     */
    public static final class Scope implements AutoCloseable {
        private final DeviceType type;
        private final boolean before;

        private Scope(DeviceType type, boolean on) {
            this.type = type;
            before = torch.is_autocast_enabled(type);
            torch.set_autocast_dtype(type, ScalarType.BFloat16);
            torch.set_autocast_enabled(type, on);
        }

        @Override
        public void close() {
            torch.set_autocast_enabled(type, before);
            torch.clear_cache();
        }
    }
}
