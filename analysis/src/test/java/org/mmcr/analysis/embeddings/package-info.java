/** Tests of the analysis of given embeddings. */
@NullMarked
package org.mmcr.analysis.embeddings;

import org.jspecify.annotations.NullMarked;
