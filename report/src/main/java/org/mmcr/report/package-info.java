/** What the figures share: how a picture becomes files. Each figure has a package of its own beneath. */
@NullMarked
package org.mmcr.report;

import org.jspecify.annotations.NullMarked;
