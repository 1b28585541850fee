/** Encoders in ONNX files, computed by ONNX Runtime: input, output and preparation are found in the graph. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.onnx;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
