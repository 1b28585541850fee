/**
 * Training runs: configuration and recipes, the run's folder, the training loop ({@link org.mmcr.train.run.Trainer}),
 * and checkpoints. Data, views, networks, optimisers and evaluation have packages of their own. Nothing here prints.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.run;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
