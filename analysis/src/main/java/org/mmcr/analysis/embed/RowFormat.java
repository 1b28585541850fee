package org.mmcr.analysis.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** How rows lie in a file that only grows: what is written of the first n rows does not depend on those to come. */
interface RowFormat {
    /** Writes what stands before the first row. */
    void begin(WritableByteChannel out) throws IOException;

    /**
     * Appends rows.
     *
     * @param first index of the first of them
     * @param rows whole rows of little-endian float32, between position and limit; valid during the call
     */
    void write(int first, ByteBuffer rows, WritableByteChannel out) throws IOException;
}
