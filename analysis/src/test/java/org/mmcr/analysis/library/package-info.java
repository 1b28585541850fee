/** The program of {@code docs/library.md} that needs this module. */
@NullMarked
package org.mmcr.analysis.library;

import org.jspecify.annotations.NullMarked;
