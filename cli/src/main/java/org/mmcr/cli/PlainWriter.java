package org.mmcr.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.regex.Pattern;

/**
 * A writer that replaces control characters, so that a file name cannot move the cursor or retitle the terminal. Line
 * breaks, tabs, colours and the sequence that clears a line pass.
 */
final class PlainWriter extends FilterWriter {
    private static final Pattern CONTROL =
            Pattern.compile("\\033(?!\\[[0-9;]*[mK])|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1a\\x1c-\\x1f\\x7f-\\x9f]");

    PlainWriter(Writer out) {
        super(out);
    }

    /** Returns a text without control characters. */
    static String plain(String text) {
        return CONTROL.matcher(text).replaceAll("\ufffd");
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        out.write(plain(text.substring(offset, offset + length)));
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        write(new String(text, offset, length), 0, length);
    }

    @Override
    public void write(int character) throws IOException {
        write(String.valueOf((char) character), 0, 1);
    }
}
