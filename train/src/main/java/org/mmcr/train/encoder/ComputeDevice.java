package org.mmcr.train.encoder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.mmcr.core.MmcrException;

/**
 * The device that computes: the processor, an NVIDIA card, or the GPU of an Apple processor. It is a property of the
 * machine at hand: checkpoints and configurations do not contain it.
 *
 * @param kind kind of the device
 * @param index number of the card, from 0; 0 for the others
 */
@API(status = API.Status.STABLE)
public record ComputeDevice(Kind kind, int index) {
    /** Kinds of devices. */
    public enum Kind {
        /** The processor. */
        CPU(DeviceType.CPU),
        /** An NVIDIA card. */
        CUDA(DeviceType.CUDA),
        /** The GPU of an Apple processor, which has no float64. */
        MPS(DeviceType.MPS),
        /** Shapes without values; tests run a step on it to find a tensor that stayed on another device. */
        META(DeviceType.Meta);

        final DeviceType type;

        Kind(DeviceType type) {
            this.type = type;
        }
    }

    /** The processor. */
    public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, 0);
    /** The names that {@link #choose} takes, for messages. */
    public static final String NAMES = "auto, cpu, cuda, cuda:1 (a certain card) or mps";

    private static final Pattern CUDA_NAME = Pattern.compile("cuda(?::(\\d{1,2}))?");
    private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");
    private static final String GPU_LIBRARY = "/org/bytedeco/pytorch/%s-gpu/";

    /**
     * Returns the device of a name. {@code auto} is a GPU that computes, otherwise the processor; a device that is
     * named must be there.
     *
     * @param name one of {@link #NAMES}
     * @throws MmcrException if there is no such name, or the named device cannot compute
     */
    public static ComputeDevice choose(String name) {
        Matcher cuda = CUDA_NAME.matcher(name);
        if (cuda.matches()) {
            return requireCuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        return switch (name) {
            case "auto" -> automatic();
            case "cpu" -> CPU;
            case "mps" -> requireMps();
            default -> throw unknown(name);
        };
    }

    /**
     * Returns a name after checking that {@link #choose} knows it, without looking for the device.
     *
     * @throws MmcrException if it does not
     */
    public static String requireName(String name) {
        if (!CUDA_NAME.matcher(name).matches() && !List.of("auto", "cpu", "mps").contains(name)) {
            throw unknown(name);
        }
        return name;
    }

    private static MmcrException unknown(String name) {
        return new MmcrException("expected a device " + NAMES + ", found '" + name + "'");
    }

    private static ComputeDevice automatic() {
        useWholeFloats();
        ComputeDevice gpu = new ComputeDevice(torch.hasCUDA() ? Kind.CUDA : Kind.MPS, 0);
        return (torch.hasCUDA() || torch.hasMPS()) && gpu.fault().isEmpty() ? gpu : CPU;
    }

    /** Returns the number of NVIDIA cards that libtorch sees. */
    public static int cards() {
        return torch.hasCUDA() ? torch.getCUDAHooks().deviceCount() : 0;
    }

    private static ComputeDevice requireCuda(int index) {
        if (!torch.hasCUDA()) {
            throw new MmcrException(
                    "expected an NVIDIA card for device cuda, found none: " + missingCuda() + "; or use --device cpu");
        }
        useWholeFloats();
        int cards = cards();
        if (index >= cards) {
            throw new MmcrException("expected a card below cuda:" + cards + ", found cuda:" + index
                    + "; this machine has " + cards + (cards == 1 ? " card" : " cards")
                    + "; use --device cuda:0, the first");
        }
        return new ComputeDevice(Kind.CUDA, index).requireWorking();
    }

    /** Makes float32 mean float32: cuDNN's convolutions otherwise round their operands to 10 bits (TF32). */
    private static void useWholeFloats() {
        torch.globalContext().setAllowTF32CuDNN(false);
    }

    /** Why libtorch sees no card: its build, the driver, or neither. */
    private static String missingCuda() {
        String platform = org.bytedeco.javacpp.Loader.getPlatform();
        if (ComputeDevice.class.getResource(GPU_LIBRARY.formatted(platform)) == null) {
            return "this libtorch is the build for processors alone; start with MMCR_NATIVES=cuda ./mmcr ... to"
                    + " download the build for CUDA 13";
        }
        return Files.exists(NVIDIA_DRIVER)
                ? "the driver is there, but libtorch sees no card; CUDA 13 needs a driver of version 580 or newer, and"
                        + " CUDA_VISIBLE_DEVICES must not hide the card"
                : "no NVIDIA driver is loaded; install one of version 580 or newer";
    }

    private static ComputeDevice requireMps() {
        if (!torch.hasMPS()) {
            throw new MmcrException("expected the GPU of an Apple processor for device mps, found "
                    + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                    + " without one; use --device cpu");
        }
        return new ComputeDevice(Kind.MPS, 0).requireWorking();
    }

    private ComputeDevice requireWorking() {
        String fault = fault();
        if (!fault.isEmpty()) {
            throw new MmcrException(
                    "expected device " + this + " to compute, found: " + fault + "; use --device cpu until it does");
        }
        return this;
    }

    /** The first line of the failure of a small product on this device; empty if it computes. */
    private String fault() {
        try (PointerScope scope = new PointerScope()) {
            Tensor ones = place(torch.ones(8, 8));
            double sum = ones.mm(ones).sum().cpu().item_double();
            return sum == 512 ? "" : "a product of ones gives " + sum + " instead of 512";
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("an error without a message");
        }
    }

    /** Whether this is the processor. */
    public boolean isCpu() {
        return kind == Kind.CPU;
    }

    /**
     * Returns values of any shape on this device: the tensor itself if it is there already, otherwise a copy in its
     * layout.
     */
    public Tensor place(Tensor values) {
        if (values.is_cpu() && isCpu()) {
            return values;
        }
        return values.to(device(), values.scalar_type());
    }

    /** Returns libtorch's name of this device, in the caller's scope. */
    Device device() {
        return isCpu() ? new Device(DeviceType.CPU) : new Device(kind.type, (byte) index);
    }

    /** The name that {@link #choose} takes. */
    @Override
    public String toString() {
        return switch (kind) {
            case CUDA -> "cuda:" + index;
            case CPU -> "cpu";
            case MPS -> "mps";
            case META -> "meta";
        };
    }
}
