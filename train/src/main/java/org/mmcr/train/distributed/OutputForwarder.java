package org.mmcr.train.distributed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Forwards an output stream of a child process as it comes, except lines with a given prefix. It keeps the last of
 * those, so that the error line of a process can be shown once for all processes.
 */
final class OutputForwarder {
    private final byte[] prefix;
    private final InputStream from;
    private final OutputStream to;
    private final Thread thread;
    private volatile Optional<String> suppressed = Optional.empty();

    private OutputForwarder(InputStream from, OutputStream to, String prefix) {
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
        this.from = from;
        this.to = to;
        thread = new Thread(this::copy, "mmcr-rank-output");
        thread.setDaemon(true);
    }

    /** Starts to forward all but the lines that begin with {@code prefix}. */
    static OutputForwarder start(InputStream from, OutputStream to, String prefix) {
        OutputForwarder forwarder = new OutputForwarder(from, to, prefix);
        forwarder.thread.start();
        return forwarder;
    }

    /** Waits for the end of the stream. */
    void finish() throws InterruptedException {
        thread.join();
    }

    /** The last line that was not forwarded, without its prefix. */
    Optional<String> suppressed() {
        return suppressed;
    }

    private void copy() {
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        boolean forwarding = false;
        try (from) {
            for (int read = from.read(); read >= 0; read = from.read()) {
                boolean ends = read == '\n' || read == '\r';
                if (forwarding) {
                    to.write(read);
                    forwarding = !ends;
                } else {
                    start.write(read);
                    if (ends || !mayHavePrefix(start.toByteArray())) {
                        forwarding = flush(start, ends);
                    }
                }
                if (from.available() == 0) {
                    to.flush();
                }
            }
            flush(start, true);
            to.flush();
        } catch (IOException targetIsClosed) {
            // The process may continue, but its output cannot be shown any more.
        }
    }

    /**
     * Suppresses a whole line with the prefix and forwards any other; returns true in the middle of a forwarded line.
     */
    private boolean flush(ByteArrayOutputStream start, boolean ends) throws IOException {
        byte[] bytes = start.toByteArray();
        start.reset();
        if (bytes.length > prefix.length && mayHavePrefix(bytes)) {
            suppressed = Optional.of(
                    new String(bytes, prefix.length, bytes.length - prefix.length, StandardCharsets.UTF_8).strip());
            return false;
        }
        to.write(bytes);
        return !ends;
    }

    /** Whether a line with this beginning can have the prefix. */
    private boolean mayHavePrefix(byte[] line) {
        int length = Math.min(line.length, prefix.length);
        return Arrays.equals(line, 0, length, prefix, 0, length);
    }
}
