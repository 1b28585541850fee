/**
 * Programs that use mmcr as a library, as {@code docs/library.md} shows them; each is compiled, run and compared with
 * the page.
 */
@NullMarked
package org.mmcr.train.library;

import org.jspecify.annotations.NullMarked;
