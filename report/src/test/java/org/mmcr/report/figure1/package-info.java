@NullMarked
package org.mmcr.report.figure1;

import org.jspecify.annotations.NullMarked;
