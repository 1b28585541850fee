package org.mmcr.explorer.labelling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.JsonLines;

/**
 * A persistent store of labels: a file with one JSON action per line, to which actions are only appended. An action
 * is validated, written and forced to disk before it is applied and acknowledged. A line that was cut short when its
 * process ended was never acknowledged and is removed when the file is opened. Thread-safe; one process at a time,
 * enforced by a lock on a file beside it.
 */
public final class LabelStore implements AutoCloseable {
    private final Path file;
    private final ExclusiveLock lock;
    private final FileChannel channel;
    private final LabelState state;
    private Labels current;

    private LabelStore(Path file, ExclusiveLock lock, FileChannel channel, LabelState state) {
        this.file = file;
        this.lock = lock;
        this.channel = channel;
        this.state = state;
        this.current = state.labels();
    }

    /**
     * Opens the labels of these pictures; creates the file if it does not exist.
     *
     * @throws MmcrException if the file cannot be read, holds something else, or is open already in this or another
     *     process
     */
    public static LabelStore open(Path file, DataSource data) {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try {
            ExclusiveLock lock = ExclusiveLock.tryAcquire(lockFile)
                    .orElseThrow(() -> new MmcrException("expected to be alone with the labels in " + file
                            + ", found them in use by another mmcr explore; close that one first"));
            try {
                return open(file, lock, data);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /** Returns the file of the labels of a data set in a folder; every version of the data has its own. */
    public static Path file(Path folder, DataSource data) {
        return folder.resolve("labels-" + data.fingerprint() + ".jsonl");
    }

    /**
     * Reads the labels of these pictures without a lock, also while another process writes them; without a file there
     * are none.
     *
     * @param pictures unique names, by index
     * @throws MmcrException if the file cannot be read or holds something else
     */
    public static Labels read(Path file, List<String> pictures) {
        LabelState state = new LabelState(pictures);
        if (!Files.exists(file)) {
            return state.labels();
        }
        try (FileChannel channel = FileChannel.open(file)) {
            replay(file, channel, state);
            return state.labels();
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static LabelStore open(Path file, ExclusiveLock lock, DataSource data) throws IOException {
        LabelState state = new LabelState(
                IntStream.range(0, data.size()).mapToObj(data::name).toList());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long end = replay(file, channel, state);
            channel.truncate(end);
            channel.position(end);
            return new LabelStore(file, lock, channel, state);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Applies the complete lines of the file, and returns the position behind the last of them. */
    private static long replay(Path file, FileChannel channel, LabelState state) throws IOException {
        JsonLines.Block lines = read(file, channel);
        int number = 0;
        for (JsonNode line : lines.documents()) {
            number++;
            try {
                state.apply(LabelAction.of(line));
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
                "expected a label action in every line of " + file + ", found a line that is none (" + found
                        + "); correct or remove that line, or move the file away to start again",
                cause);
    }

    /** Writes an action to disk and applies it; returns the labels after it. */
    public synchronized Labels apply(LabelAction action) {
        state.check(action);
        long before = 0;
        try {
            before = channel.position();
            JsonLines.append(channel, action);
            channel.force(true);
        } catch (IOException e) {
            removeFrom(before);
            throw failure(file, e);
        }
        state.apply(action);
        current = state.labels();
        return current;
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

    /** Returns the current labels. */
    public synchronized Labels labels() {
        return current;
    }

    /** Returns the file of the labels. */
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure(file, e);
        } finally {
            lock.close();
        }
    }

    private static MmcrException failure(Path file, IOException e) {
        return new MmcrException(
                "expected to keep labels in " + file + ", found " + e
                        + "; check the permissions of its folder and the free space",
                e);
    }
}
