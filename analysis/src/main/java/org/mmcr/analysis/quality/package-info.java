/**
 * Quality of representations without labels as a JSON document: the measures of {@code org.mmcr.core.quality} with the
 * mutual-information bounds of {@code org.mmcr.objective.information}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.quality;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
