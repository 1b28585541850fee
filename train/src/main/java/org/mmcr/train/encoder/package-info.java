/**
 * Networks that turn pictures or vectors into embeddings: encoders, the projector, their initialisation, numeric precision, and the file that
 * holds named tensors. What belongs elsewhere: the objective ({@code org.mmcr.objective}), parameter updates ({@code org.mmcr.train.optim}), schedules, run
 * directories and anything that decides when a file is written ({@code org.mmcr.train.run}).
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.encoder;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
