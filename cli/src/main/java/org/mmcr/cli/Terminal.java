package org.mmcr.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Where a command prints. Results go to {@code out}; progress and remarks go to {@code err}.
 *
 * @param columns the width of the terminal behind {@code err}; empty when it is a file or a pipe
 */
record Terminal(PrintWriter out, PrintWriter err, OptionalInt columns) {

    /** The launcher, which can ask the operating system, passes the width of the terminal in this property. */
    private static final String COLUMNS = "mmcr.terminal.columns";

    /** "stdin" where the launcher has put what is stdout for the user, so that no library can print there. */
    private static final String RESULTS = "mmcr.results";

    static Terminal ofProcess() {
        OptionalInt columns = parse(System.getProperty(COLUMNS, ""));
        FileDescriptor results =
                System.getProperty(RESULTS, "").equals("stdin") ? FileDescriptor.in : FileDescriptor.out;
        return new Terminal(writer(results), writer(FileDescriptor.err), columns);
    }

    /** A result line for a person, or a remark beside the JSON document when there is one. */
    PrintWriter text(boolean json) {
        return json ? err : out;
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        PrintStream stream = new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static OptionalInt parse(String columns) {
        return columns.matches("[1-9][0-9]{0,4}") ? OptionalInt.of(Integer.parseInt(columns)) : OptionalInt.empty();
    }
}
