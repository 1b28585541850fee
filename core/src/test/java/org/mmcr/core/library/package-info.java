/** The programs of {@code docs/library.md} that need this module alone. */
@NullMarked
package org.mmcr.core.library;

import org.jspecify.annotations.NullMarked;
