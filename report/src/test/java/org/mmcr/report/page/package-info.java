/** Tests of the page. */
@NullMarked
package org.mmcr.report.page;

import org.jspecify.annotations.NullMarked;
