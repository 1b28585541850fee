/** Random draws of uniform embeddings and their nuclear norm. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.simulations.uniform;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
