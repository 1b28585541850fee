package org.mmcr.cli;

import java.util.Locale;
import org.mmcr.data.io.TemporaryFile;

/** Entry point of the process. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        // Numbers are written alike everywhere, so that programs can read them.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        TemporaryFile.deleteLeftovers();
        NativeLibraries.chooseFolder();
        NativeLibraries.unpackBeforeTheSystemsAreFound();
        Interrupts interrupts = Interrupts.ofProcess();
        Terminal terminal = Terminal.ofProcess();
        int code = Mmcr.run(new CommandContext(terminal, interrupts), arguments);
        terminal.out().flush();
        terminal.err().flush();
        interrupts.exit(code);
    }
}
