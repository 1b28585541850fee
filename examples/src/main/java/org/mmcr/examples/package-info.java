/** A search service with an exported encoder. Uses ONNX Runtime, JVector and Javalin, and nothing of mmcr. */
@NullMarked
package org.mmcr.examples;

import org.jspecify.annotations.NullMarked;
