/** What is in a data set: counts, sizes, modes, labels, means, duplicates, and contact sheets of pictures and views. */
@NullMarked
package org.mmcr.report.inspect;

import org.jspecify.annotations.NullMarked;
