package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PeakMemoryTest {
    private static final long MIB = 1L << 20;
    private static final int BLOCKS = 8192; // 512 MiB

    @Test
    void bytes_afterAllocation_includeWhatWasFreedSince() {
        PeakMemory peak = PeakMemory.start();
        assumeTrue(peak.isCounted(), "this system does not let a process set its count back");
        allocate(256 * MIB);
        long largest = peak.bytes();
        assertThat(largest - Pointer.physicalBytes()).isGreaterThan(200 * MIB);
        assertThat(PeakMemory.start().bytes()).isLessThan(largest - 150 * MIB);
    }

    /** A tensor of so many bytes, freed at once. */
    private static void allocate(long bytes) {
        try (Tensor tensor = torch.ones(bytes / Float.BYTES)) {
            assertThat(tensor.numel()).isEqualTo(bytes / Float.BYTES);
        }
    }

    /** The block that stays keeps the allocator from returning the free ones before it. */
    @Test
    void start_withFreeBlocksInTheNativeHeap_returnsThem() {
        List<Tensor> blocks = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            blocks.add(torch.ones(64 * 1024L / Float.BYTES));
        }
        System.gc(); // the Java heap has its size after a collection before and after
        long full = Pointer.physicalBytes();
        blocks.subList(0, BLOCKS - 1).forEach(Tensor::close);
        assertThat(PeakMemory.start().bytes()).isLessThan(full - 200 * MIB);
        blocks.get(BLOCKS - 1).close();
    }
}
