@NullMarked
package org.mmcr.report.capacity;

import org.jspecify.annotations.NullMarked;
