/**
 * The {@code mmcr} command: it parses arguments, calls the libraries, prints, and returns the exit code. Results go to
 * stdout, progress and remarks to stderr. It has no mathematics, file formats or names of run files; they belong to
 * the libraries.
 */
@NullMarked
package org.mmcr.cli;

import org.jspecify.annotations.NullMarked;
