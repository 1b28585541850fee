package org.mmcr.analysis.embed;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A consumer of embeddings in order. */
@FunctionalInterface
interface RowSink {
    /**
     * Accepts the next rows.
     *
     * @param first index of the first of them
     * @param rows whole rows of little-endian float32, between position and limit; valid during the call
     */
    void write(int first, ByteBuffer rows) throws IOException;
}
