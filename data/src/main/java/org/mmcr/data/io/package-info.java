/** File formats and files that appear whole or not at all: .npy, .npz, JSON, temporary and memory-mapped files. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.data.io;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
