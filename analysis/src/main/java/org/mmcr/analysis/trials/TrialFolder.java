package org.mmcr.analysis.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.RunDirectory;

/**
 * A folder of trials. {@code settings.json} holds the settings of the last command, {@code trials/NAME/} the run of a
 * trial and {@code trials/NAME.json} the result of a finished one. A command that was stopped continues with the first
 * trial without a result, and so does one that asks for more trials of the same settings.
 *
 * @param root the folder
 */
public record TrialFolder(Path root) {
    /** Name of the file of settings. */
    public static final String SETTINGS = "settings.json";

    /**
     * Writes the settings into the folder, after checking that trials of other settings in it keep their numbers.
     *
     * @param what names the work for a message, such as {@code comparison}
     * @param conflict names what differs between two settings and changes the numbers of a trial; empty if nothing does
     * @throws MmcrException if the folder belongs to settings with such a conflict
     */
    public <T> void claim(T settings, Class<T> type, String what, BiFunction<T, T, Optional<String>> conflict)
            throws IOException {
        Files.createDirectories(root.resolve("trials"));
        Path file = root.resolve(SETTINGS);
        if (!Files.exists(file)) {
            Json.write(file, settings);
            return;
        }
        T before = Json.read(file, type);
        Optional<String> found = conflict.apply(settings, before);
        if (found.isPresent()) {
            throw new MmcrException("expected the settings of the " + what + " in " + root + " (" + SETTINGS
                    + "), found other " + found.get()
                    + "; repeat the first command to continue it, or give another folder");
        }
        if (!before.equals(settings)) {
            Json.write(file, settings);
        }
    }

    /** Returns the folder of a trial's run. */
    public RunDirectory run(String trial) {
        return RunDirectory.ofAnother(root.resolve("trials").resolve(trial));
    }

    /** Returns the result of a trial; empty if it is not finished. */
    public <T> Optional<T> result(String trial, Class<T> type) throws IOException {
        Path file = resultFile(trial);
        return Files.exists(file) ? Optional.of(Json.read(file, type)) : Optional.empty();
    }

    /** Writes the result of a trial, which finishes it. */
    public void finish(String trial, Object result) throws IOException {
        Json.write(resultFile(trial), result);
    }

    private Path resultFile(String trial) {
        return root.resolve("trials").resolve(trial + ".json");
    }
}
