/**
 * A training run: its configuration and recipes, the folder it writes, the loop that composes data, views, encoder,
 * objective and optimiser, and the checkpoints that let it go on where it stopped. Pictures, views, networks, optimisers
 * and measurements of quality live in their own packages; nothing here prints.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.run;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
