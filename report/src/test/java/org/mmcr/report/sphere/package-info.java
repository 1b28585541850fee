@NullMarked
package org.mmcr.report.sphere;

import org.jspecify.annotations.NullMarked;
