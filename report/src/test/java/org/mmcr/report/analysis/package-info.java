/** Tests of the analysis of given embeddings. */
@NullMarked
package org.mmcr.report.analysis;

import org.jspecify.annotations.NullMarked;
