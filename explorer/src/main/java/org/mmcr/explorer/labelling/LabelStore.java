package org.mmcr.explorer.labelling;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;

/**
 * A persistent store of labels in a file of actions. An action is validated, written and forced to disk before it is
 * applied and acknowledged. Thread-safe; one process at a time.
 */
public final class LabelStore implements AutoCloseable {
    private final ActionLog log;
    private final LabelState state;
    private Labels current;

    private LabelStore(ActionLog log, LabelState state) {
        this.log = log;
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
        LabelState state = new LabelState(
                IntStream.range(0, data.size()).mapToObj(data::name).toList());
        return new LabelStore(ActionLog.open(file, "labels", line -> state.apply(LabelAction.of(line))), state);
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
        ActionLog.read(file, "labels", line -> state.apply(LabelAction.of(line)));
        return state.labels();
    }

    /** Writes an action to disk and applies it; returns the labels after it. */
    public synchronized Labels apply(LabelAction action) {
        state.check(action);
        log.append(action);
        state.apply(action);
        current = state.labels();
        return current;
    }

    /** Returns the current labels. */
    public synchronized Labels labels() {
        return current;
    }

    /** Returns the file of the labels. */
    public Path file() {
        return log.file();
    }

    @Override
    public void close() {
        log.close();
    }
}
