/** Trials that train: a folder of settings and results that continues at any trial, training, time of a step. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.trials;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
