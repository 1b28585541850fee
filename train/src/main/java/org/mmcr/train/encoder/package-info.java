/**
 * Networks from pictures or vectors to embeddings: encoders, the projector, their initialisation, numeric precision,
 * and safetensors files. The objective is in {@code org.mmcr.objective}, optimisers in {@code org.mmcr.train.optim},
 * schedules and run directories in {@code org.mmcr.train.run}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.encoder;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
