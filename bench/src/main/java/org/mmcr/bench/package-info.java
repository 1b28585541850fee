/** Benchmarks against other programs, run in one process or side by side. No other module depends on this package. */
@NullMarked
package org.mmcr.bench;

import org.jspecify.annotations.NullMarked;
