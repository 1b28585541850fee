/**
 * The {@code mmcr} command: parse, call, print, and choose the exit code. Results go to stdout, everything said to a
 * person while working goes to stderr. No mathematics, no file formats and no naming of run files here: those belong to
 * {@code core} and {@code train}.
 */
@NullMarked
package org.mmcr.cli;

import org.jspecify.annotations.NullMarked;
