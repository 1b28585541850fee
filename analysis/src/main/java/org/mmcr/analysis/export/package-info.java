/**
 * What leaves mmcr for other programs, and what comes in from them: an encoder's weights as safetensors under
 * torchvision's names, and whole networks as ONNX graphs that are checked against libtorch before they are kept. What
 * belongs elsewhere: the networks themselves and their state files ({@code org.mmcr.train.encoder}), checkpoints
 * ({@code org.mmcr.train.run}).
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.export;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
