/** File access: atomic writes, memory-mapped and temporary files, and the formats .npy, .npz, JSON and CSV. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.data.io;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
