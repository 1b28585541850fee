package org.mmcr.train.distributed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Forwards an output stream of a child process as it comes, except lines with a given prefix. Either these are dropped,
 * or the newest of them is held back: it may be the error line of the process, which is shown once for all processes. A
 * line that is held back is forwarded when the next one arrives, or by {@link #releaseAfter}.
 */
final class OutputForwarder {
    private final byte[] prefix;
    private final InputStream from;
    private final OutputStream to;
    private final boolean drops;
    private final Thread thread;
    /** The newest line with the prefix, with its end; empty before the first. */
    private byte[] held = {};

    private long heldSince;
    /** Whether a line is forwarded that has not ended. */
    private boolean forwarding;

    private volatile boolean failed;

    private OutputForwarder(InputStream from, OutputStream to, String prefix, boolean drops) {
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
        this.drops = drops;
        this.from = from;
        this.to = to;
        thread = new Thread(this::copy, "mmcr-rank-output");
        thread.setDaemon(true);
    }

    /** Starts to forward all but the lines that begin with {@code prefix}. */
    static OutputForwarder dropping(InputStream from, OutputStream to, String prefix) {
        return start(new OutputForwarder(from, to, prefix, true));
    }

    /** Starts to forward all but the newest line that begins with {@code prefix}. */
    static OutputForwarder holdingNewest(InputStream from, OutputStream to, String prefix) {
        return start(new OutputForwarder(from, to, prefix, false));
    }

    private static OutputForwarder start(OutputForwarder forwarder) {
        forwarder.thread.start();
        return forwarder;
    }

    /** Waits for the end of the stream. */
    void finish() throws InterruptedException {
        thread.join();
    }

    /** Whether output was lost, other than to a reader that has left, as {@code head} does. */
    boolean failed() {
        return failed;
    }

    /** The newest line with the prefix, without it, unless it was released. */
    synchronized Optional<String> held() {
        return held.length == 0
                ? Optional.empty()
                : Optional.of(
                        new String(held, prefix.length, held.length - prefix.length, StandardCharsets.UTF_8).strip());
    }

    /** Forwards the line that is held back, if there is one. Call it after {@link #finish}. */
    void release() {
        releaseAfter(Duration.ZERO);
    }

    /** Forwards the line that is held back, if it has been for so long: then it is no error line. */
    synchronized void releaseAfter(Duration time) {
        if (forwarding || System.nanoTime() - heldSince < time.toNanos()) {
            return;
        }
        try {
            forwardHeld();
            to.flush();
        } catch (IOException targetIsClosed) {
            // The line cannot be shown any more.
        }
    }

    private void forwardHeld() throws IOException {
        byte[] line = held;
        held = new byte[0];
        to.write(line);
        if (line.length > 0 && line[line.length - 1] != '\n') {
            to.write('\n');
        }
    }

    private void copy() {
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        try (from) {
            for (int read = from.read(); read >= 0; read = from.read()) {
                take(read, start);
                if (from.available() == 0) {
                    to.flush();
                }
            }
            flush(start, true);
            to.flush();
        } catch (IOException e) {
            // The process may continue, but its output cannot be shown any more.
            failed = !String.valueOf(e.getMessage()).contains("Broken pipe");
        }
    }

    private synchronized void take(int read, ByteArrayOutputStream start) throws IOException {
        boolean ends = read == '\n' || read == '\r';
        if (forwarding) {
            to.write(read);
            forwarding = !ends;
        } else {
            start.write(read);
            if (ends || !mayHavePrefix(start.toByteArray())) {
                flush(start, ends);
            }
        }
    }

    /** Holds back or drops a whole line with the prefix and forwards any other. */
    private synchronized void flush(ByteArrayOutputStream start, boolean ends) throws IOException {
        byte[] bytes = start.toByteArray();
        start.reset();
        if (bytes.length > prefix.length && mayHavePrefix(bytes)) {
            if (!drops) {
                forwardHeld();
                held = bytes;
                heldSince = System.nanoTime();
            }
            return;
        }
        to.write(bytes);
        forwarding = !ends;
    }

    /** Whether a line with this beginning can have the prefix. */
    private boolean mayHavePrefix(byte[] line) {
        int length = Math.min(line.length, prefix.length);
        return Arrays.equals(line, 0, length, prefix, 0, length);
    }
}
