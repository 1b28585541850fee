@NullMarked
package org.mmcr.analysis.capacity;

import org.jspecify.annotations.NullMarked;
