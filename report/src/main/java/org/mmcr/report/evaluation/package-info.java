/**
 * The whole evaluation of a run: accuracies, analysis of its embeddings, capacity of the classes, and what the page
 * shows.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.report.evaluation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
