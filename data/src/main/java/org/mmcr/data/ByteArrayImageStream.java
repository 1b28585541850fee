package org.mmcr.data;

import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** An image input stream over a byte array that is not copied; copying costs more than decoding a small picture. */
final class ByteArrayImageStream extends ImageInputStreamImpl {
    @SuppressWarnings("StaticAssignmentOfThrowable") // has no stack trace, and is thrown for every missing byte
    private static final EOFException END = new EndOfContent();

    private static final int SPARE_ENDS = 1 << 16;

    private final byte[] content;
    private long endsLeft = SPARE_ENDS;

    ByteArrayImageStream(byte[] content) {
        this.content = content;
    }

    @Override
    public int read() {
        bitOffset = 0;
        return streamPos < content.length ? content[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        int count = (int) Math.min(length, content.length - streamPos);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        System.arraycopy(content, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    /** Allows as many reads past the end as the lossless WebP reader needs for a picture of some pixels. */
    void expect(long pixels) {
        endsLeft = 8 * pixels + SPARE_ENDS;
    }

    /**
     * Throws the same exception at each end, and a failure after many of them: the lossless WebP reader catches ends
     * and continues with zeros, in a damaged file for minutes.
     */
    @Override
    public byte readByte() throws IOException {
        int next = read();
        if (next >= 0) {
            return (byte) next;
        }
        if (endsLeft-- > 0) {
            throw END;
        }
        throw new IOException("the file is cut short");
    }

    @Override
    public long length() {
        return content.length;
    }

    private static final class EndOfContent extends EOFException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
