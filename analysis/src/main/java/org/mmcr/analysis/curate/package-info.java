/**
 * What is wrong with a data set: near duplicates, outliers, broken pictures and suspected label errors, and which
 * pictures represent the others.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.curate;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
