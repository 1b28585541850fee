package org.mmcr.explorer.labelling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.JsonLines;

/**
 * A file with one JSON action per line, to which actions are only appended. An action is forced to disk before
 * {@link #append} returns. A line that was cut short when its process ended was never acknowledged and is removed when
 * the file is opened. One process at a time, enforced by a lock on a file beside it. Not thread-safe.
 */
public final class ActionLog implements AutoCloseable {
    /** Applies an action that was read. */
    public interface Replay {
        void apply(JsonNode action) throws JsonProcessingException;
    }

    private final Path file;
    private final String what;
    private final ExclusiveLock lock;
    private final FileChannel channel;

    private ActionLog(Path file, String what, ExclusiveLock lock, FileChannel channel) {
        this.file = file;
        this.what = what;
        this.lock = lock;
        this.channel = channel;
    }

    /**
     * Opens a file and replays its actions; creates it if it does not exist.
     *
     * @param what the actions are about, plural, for messages
     * @throws MmcrException if the file cannot be read, holds something else, or is open already in this or another
     *     process
     */
    public static ActionLog open(Path file, String what, Replay replay) {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try {
            ExclusiveLock lock = ExclusiveLock.tryAcquire(lockFile)
                    .orElseThrow(() -> new MmcrException("expected to be alone with the " + what + " in " + file
                            + ", found them in use by another mmcr explore; close that one first"));
            try {
                return open(file, what, lock, replay);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw failure(file, what, e);
        }
    }

    /**
     * Replays the complete lines of a file without a lock, also while another process appends to it; without a file
     * there are none.
     *
     * @throws MmcrException if the file cannot be read or holds something else
     */
    static void read(Path file, String what, Replay replay) {
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            replay(file, channel, replay);
        } catch (IOException e) {
            throw failure(file, what, e);
        }
    }

    private static ActionLog open(Path file, String what, ExclusiveLock lock, Replay replay) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long end = replay(file, channel, replay);
            channel.truncate(end);
            channel.position(end);
            return new ActionLog(file, what, lock, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns the position behind the last complete line. */
    private static long replay(Path file, FileChannel channel, Replay replay) throws IOException {
        JsonLines.Block lines = read(file, channel);
        int number = 0;
        for (JsonNode line : lines.documents()) {
            number++;
            try {
                replay.apply(line);
            } catch (JsonProcessingException | RuntimeException e) {
                throw unreadable(file, "line " + number + ": " + Json.line(line), e);
            }
        }
        return lines.end();
    }

    private static JsonLines.Block read(Path file, FileChannel channel) throws IOException {
        try {
            return JsonLines.read(channel, 0);
        } catch (JsonProcessingException e) {
            throw unreadable(file, e.getOriginalMessage(), e);
        }
    }

    private static MmcrException unreadable(Path file, String found, Exception cause) {
        return new MmcrException(
                "expected an action in every line of " + file + ", found a line that is none (" + found
                        + "); correct or remove that line, or move the file away to start again",
                cause);
    }

    /** Writes an action and forces it to disk. */
    public void append(Object action) {
        long before = 0;
        try {
            before = channel.position();
            JsonLines.append(channel, action);
            channel.force(true);
        } catch (IOException e) {
            removeFrom(before);
            throw failure(file, what, e);
        }
    }

    /** Removes the part of a line that a full disk still took, so that the next action starts on a line of its own. */
    private void removeFrom(long position) {
        try {
            channel.truncate(position);
            channel.position(position);
        } catch (IOException e) {
            return; // the failure that led here is the one to report
        }
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure(file, what, e);
        } finally {
            lock.close();
        }
    }

    private static MmcrException failure(Path file, String what, IOException e) {
        return FileFailure.exception(
                "to keep " + what + " in " + file, e, "check the permissions of its folder and the free space");
    }
}
