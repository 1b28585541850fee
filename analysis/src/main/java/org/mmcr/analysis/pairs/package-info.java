/** Evaluation of encoders of paired data: retrieval between modalities, matching, mutual information, the bound. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.pairs;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
