/** TensorBoard files of a run: events and the inputs of the embedding projector. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.report.tensorboard;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
