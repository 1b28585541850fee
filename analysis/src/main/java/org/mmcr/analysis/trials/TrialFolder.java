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
 * A folder of trials. {@code settings.json} holds the settings that it was started with, {@code trials/NAME/} the run
 * of a trial and {@code trials/NAME.json} the result of a finished one. A command that was stopped continues with the
 * first trial without a result.
 *
 * @param root the folder
 */
public record TrialFolder(Path root) {
    /** Name of the file of settings. */
    public static final String SETTINGS = "settings.json";

    /**
     * Writes the settings into a new folder, or checks that the folder has the same.
     *
     * @param what names the work for a message, such as {@code comparison}
     * @param difference names what differs between two settings
     * @throws MmcrException if the folder belongs to other settings
     */
    public <T> void claim(T settings, Class<T> type, String what, BiFunction<T, T, String> difference)
            throws IOException {
        Files.createDirectories(root.resolve("trials"));
        Path file = root.resolve(SETTINGS);
        if (!Files.exists(file)) {
            Json.write(file, settings);
            return;
        }
        T started = Json.read(file, type);
        if (!started.equals(settings)) {
            throw new MmcrException("expected the settings with which the " + what + " in " + root
                    + " was started (" + SETTINGS + "), found other " + difference.apply(settings, started)
                    + "; repeat the first command to continue it, or give another folder");
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
