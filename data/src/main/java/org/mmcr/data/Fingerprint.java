package org.mmcr.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** A hash of names, numbers and checksums of content: the first 64 bits of their SHA-256. */
final class Fingerprint {
    private final MessageDigest digest;

    Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Fingerprint add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return this;
    }

    Fingerprint add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        return this;
    }

    /** Adds the names of the classes and the class of every sample. */
    Fingerprint add(ClassLabels labels) {
        labels.names().forEach(this::add);
        for (int index : labels.indices()) {
            add(index);
        }
        return this;
    }

    /** Returns the CRC-32C of content, which a processor computes faster than a disk delivers it. */
    static long checksum(byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(content, 0, content.length);
        return sum.getValue();
    }

    /** Returns 16 hexadecimal digits; to be called once. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
