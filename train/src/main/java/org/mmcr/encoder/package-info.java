/**
 * Networks that turn pictures or vectors into embeddings: encoders, the projector, their initialisation, numeric precision, and the file that
 * holds named tensors. What belongs elsewhere: the objective ({@code org.mmcr.loss}), parameter updates ({@code org.mmcr.optim}), schedules, run
 * directories and anything that decides when a file is written ({@code org.mmcr.run}).
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.encoder;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
