package org.mmcr.cli;

import java.util.Optional;
import org.mmcr.train.encoder.ComputeDevice;
import picocli.CommandLine.Option;

/** The option that names the device that computes. */
final class DeviceOption {
    @Option(
            names = "--device",
            order = CommonOptions.OF_ENCODERS,
            completionCandidates = Candidates.Devices.class,
            paramLabel = "D",
            description = "Device that computes: " + ComputeDevice.NAMES + ". Default: cpu.")
    Optional<String> name = Optional.empty();

    /**
     * Returns the device.
     *
     * @throws UsageException if there is no device of that name
     * @throws org.mmcr.core.MmcrException if it is not there, or does not compute
     */
    ComputeDevice choose() {
        String device = name.orElse("cpu");
        return ComputeDevice.choose(UsageException.check(() -> ComputeDevice.requireName(device)));
    }
}
