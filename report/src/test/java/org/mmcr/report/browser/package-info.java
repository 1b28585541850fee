/** What tests need to look at a page in a real browser. */
@NullMarked
package org.mmcr.report.browser;

import org.jspecify.annotations.NullMarked;
