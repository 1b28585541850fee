package org.mmcr.data;

import javax.imageio.stream.ImageInputStreamImpl;

/** An image input stream over a byte array that is not copied; copying costs more than decoding a small picture. */
final class ByteArrayImageStream extends ImageInputStreamImpl {
    private final byte[] content;

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

    @Override
    public long length() {
        return content.length;
    }
}
