package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.global.torch;

/** Limits libtorch's operations of one thread to that thread; those of other threads are parallel as before. */
final class SingleThreadedOps {
    private SingleThreadedOps() {}

    /** Limits the calling thread until it ends. */
    static synchronized void begin() {
        // Reading the number fixes it for this thread; otherwise the restored number would apply here too.
        int usual = torch.get_num_threads();
        torch.set_num_threads(1); // for this thread, and for all threads that have not read the number yet
        Thread restoring = new Thread(() -> torch.set_num_threads(usual), "usual-threads");
        restoring.start();
        try {
            restoring.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the other thread ends soon anyway
        }
    }
}
