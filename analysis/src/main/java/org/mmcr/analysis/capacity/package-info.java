/**
 * Manifold capacity of files, of labelled features and of an encoder's layers, as JSON documents. The mathematics is
 * in {@code org.mmcr.core.capacity}; printing belongs to the command line.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.capacity;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
