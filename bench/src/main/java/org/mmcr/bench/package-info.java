/** Measurements against rivals in the same process or beside it. Nothing in the product depends on this package. */
@NullMarked
package org.mmcr.bench;

import org.jspecify.annotations.NullMarked;
