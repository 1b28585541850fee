package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.global.torch;

/** A thread that does libtorch's operations by itself, while those of other threads are shared as before. */
final class SingleThreadedOps {
    private SingleThreadedOps() {}

    /** Makes the calling thread one, for good. */
    static synchronized void begin() {
        int usual = torch.get_num_threads(); // A thread that never asked would take over the usual number later.
        torch.set_num_threads(1); // Of this thread, and of every thread that has not asked yet.
        Thread restoring = new Thread(() -> torch.set_num_threads(usual), "usual-threads");
        restoring.start();
        try {
            restoring.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The other is done in a moment all the same.
        }
    }
}
