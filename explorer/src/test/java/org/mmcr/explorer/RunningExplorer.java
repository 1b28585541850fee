package org.mmcr.explorer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.mmcr.data.io.AtomicFiles;

/** An explorer of a small run, ready to answer, for all tests of a class. */
final class RunningExplorer implements BeforeAllCallback, AfterAllCallback {
    private Optional<Path> folder = Optional.empty();
    private Optional<ExploredRun> run = Optional.empty();
    private Optional<Explorer> explorer = Optional.empty();

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        folder = Optional.of(Files.createTempDirectory("explorer"));
        run = folder.map(ExploredRun::in);
        explorer = run.map(ExploredRun::explore);
        client().awaitReady();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        explorer.ifPresent(Explorer::close);
        if (folder.isPresent()) {
            AtomicFiles.deleteTree(folder.get());
        }
    }

    ExploredRun run() {
        return run.orElseThrow();
    }

    Explorer explorer() {
        return explorer.orElseThrow();
    }

    ExplorerClient client() {
        return new ExplorerClient(explorer());
    }
}
