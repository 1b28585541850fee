package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.mmcr.cli.CliRun.mmcr;

import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --device} of the commands on a machine without a card. */
class DeviceOptionTest {
    @TempDir
    private Path temp;

    @Test
    void pretrain_onACardThatIsNotThere_isOneLineAndLeavesNoFolder() {
        assumeFalse(torch.hasCUDA());
        Path run = temp.resolve("run");
        mmcr("pretrain", CliPictures.write(temp.resolve("pictures"), 20, 1), "--out", run, "--device", "cuda")
                .assertFailsWithOneLine("expected an NVIDIA card for device cuda, found none", "--device cpu");
        assertThat(run).doesNotExist();
    }

    @Test
    void pretrain_onADeviceOfAnotherName_isWrongUsage() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 20, 1);
        mmcr("pretrain", pictures, "--out", temp.resolve("run"), "--device", "gpu")
                .assertIsWrongUsage("expected a device auto, cpu, cuda", "found 'gpu'");
        assertThat(temp.resolve("run")).doesNotExist();
    }

    @Test
    void finetune_onACardThatIsNotThere_isOneLineAndLeavesNoFolder() {
        assumeFalse(torch.hasCUDA());
        Path pictures = CliPictures.write(temp.resolve("pictures"), 20, 1);
        Path run = temp.resolve("run");
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 1);
        assertThat(trained.code()).as(trained.err()).isZero();
        Path out = temp.resolve("tuned");
        mmcr("finetune", run, "--train", pictures, "--test", pictures, "--out", out, "--device", "cuda")
                .assertFailsWithOneLine("expected an NVIDIA card for device cuda, found none", "--device cpu");
        assertThat(out).doesNotExist();
    }
}
