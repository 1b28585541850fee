package org.mmcr.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Output of a command. Results go to {@code out}; progress and remarks go to {@code err}.
 *
 * @param columns width of the terminal behind {@code err}; empty if it is a file or a pipe
 */
record Terminal(PrintWriter out, PrintWriter err, OptionalInt columns) {

    /** Property with the width of the terminal, set by the launcher, which can query the operating system. */
    private static final String COLUMNS = "mmcr.terminal.columns";

    /**
     * Property that is "stdin" if the launcher has moved the user's stdout there, so that no library can print to it.
     */
    private static final String RESULTS = "mmcr.results";

    static Terminal ofProcess() {
        OptionalInt columns = parse(System.getProperty(COLUMNS, ""));
        FileDescriptor results =
                System.getProperty(RESULTS, "").equals("stdin") ? FileDescriptor.in : FileDescriptor.out;
        return new Terminal(writer(results), writer(FileDescriptor.err), columns);
    }

    /** Writer of results in words: stdout, or stderr if stdout has the JSON document. */
    PrintWriter text(boolean json) {
        return json ? err : out;
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        // Not through a PrintStream, which keeps the failure of a write to itself.
        Writer stream = new OutputStreamWriter(new PipeStream(descriptor), StandardCharsets.UTF_8);
        return new PrintWriter(new PlainWriter(stream), true);
    }

    private static OptionalInt parse(String columns) {
        return columns.matches("[1-9][0-9]{0,4}") ? OptionalInt.of(Integer.parseInt(columns)) : OptionalInt.empty();
    }

    /** A stream that ignores a reader that has left, as {@code head} does; every other failure is thrown. */
    private static final class PipeStream extends FileOutputStream {
        PipeStream(FileDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                super.write(bytes, offset, length);
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
                    throw e;
                }
            }
        }
    }
}
