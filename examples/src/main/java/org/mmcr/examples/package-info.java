/** A search with an exported encoder. Uses ONNX Runtime and nothing of mmcr. */
@NullMarked
package org.mmcr.examples;

import org.jspecify.annotations.NullMarked;
