/** Tests of encoders in ONNX files: other programs' graphs, our own exports, and graphs that are refused. */
@NullMarked
package org.mmcr.analysis.onnx;

import org.jspecify.annotations.NullMarked;
