/**
 * Tests of what leaves mmcr: read back by our own reader, by ONNX Runtime, and by Python's libraries where they are at
 * hand.
 */
@NullMarked
package org.mmcr.analysis.export;

import org.jspecify.annotations.NullMarked;
