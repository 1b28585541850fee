/**
 * Export of encoders as safetensors, ONNX and TorchScript files, and encoders read from safetensors files. The networks
 * are in {@code org.mmcr.train.encoder}, checkpoints in {@code org.mmcr.train.run}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.export;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
