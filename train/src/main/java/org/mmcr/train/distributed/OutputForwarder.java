package org.mmcr.train.distributed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a process says on one of its streams, passed on as it comes, except for lines with a certain beginning; the last of those is
 * kept. So the line with which a process fails can be shown once for all processes.
 */
final class OutputForwarder {
    private final byte[] heldBack;
    private final InputStream from;
    private final OutputStream to;
    private final Thread thread;
    private volatile Optional<String> held = Optional.empty();

    private OutputForwarder(InputStream from, OutputStream to, String heldBack) {
        this.heldBack = heldBack.getBytes(StandardCharsets.UTF_8);
        this.from = from;
        this.to = to;
        thread = new Thread(this::copy, "mmcr-rank-output");
        thread.setDaemon(true);
    }

    /** heldBack: the beginning of lines that are not passed on. */
    static OutputForwarder listen(InputStream from, OutputStream to, String heldBack) {
        OutputForwarder voice = new OutputForwarder(from, to, heldBack);
        voice.thread.start();
        return voice;
    }

    /** Waits until the process has said everything. */
    void finish() throws InterruptedException {
        thread.join();
    }

    /** The last line that was held back, without its beginning. */
    Optional<String> held() {
        return held;
    }

    private void copy() {
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        boolean passing = false;
        try (from) {
            for (int read = from.read(); read >= 0; read = from.read()) {
                boolean ends = read == '\n' || read == '\r';
                if (passing) {
                    to.write(read);
                    passing = !ends;
                } else {
                    start.write(read);
                    if (ends || !mayBeHeld(start.toByteArray())) {
                        passing = flush(start, ends);
                    }
                }
                if (from.available() == 0) {
                    to.flush();
                }
            }
            flush(start, true);
            to.flush();
        } catch (IOException nobodyListens) {
            // As when a pipe's reader has gone: the process may work on, but nothing can be shown any more.
        }
    }

    /** Holds back a whole line that begins so and passes anything else on; true in the middle of a line that passes. */
    private boolean flush(ByteArrayOutputStream start, boolean ends) throws IOException {
        byte[] bytes = start.toByteArray();
        start.reset();
        if (bytes.length > heldBack.length && mayBeHeld(bytes)) {
            held = Optional.of(
                    new String(bytes, heldBack.length, bytes.length - heldBack.length, StandardCharsets.UTF_8).strip());
            return false;
        }
        to.write(bytes);
        return !ends;
    }

    /** Whether the beginning of a line can be that of one to hold back. */
    private boolean mayBeHeld(byte[] line) {
        int length = Math.min(line.length, heldBack.length);
        return Arrays.equals(line, 0, length, heldBack, 0, length);
    }
}
