/** Fixtures for tests of pages in a real browser. */
@NullMarked
package org.mmcr.report.browser;

import org.jspecify.annotations.NullMarked;
