/** Advice before a long training: trial runs, fitted curves of their figures, predictions and a recommended recipe. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.plan;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
