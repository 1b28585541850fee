package org.mmcr.explorer.serve;

import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.train.evaluate.LinearHead;

/** The origin of a server's classifier: a file, and how a classifier comes from it. */
public interface HeadSource {
    /** Returns the file whose changes make the classifier another one; it need not exist yet. */
    Path file();

    /**
     * Returns the classifier of the file as it is now; empty while there is none. Called by one thread at a time.
     *
     * @throws org.mmcr.core.MmcrException if the file cannot be read
     */
    Optional<LinearHead> read();
}
