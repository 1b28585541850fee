/**
 * Where pictures and tables of numbers come from: folders, archives, the binary layouts of well-known data sets and table
 * files behind one {@link org.mmcr.data.DataSource}, the decoded-once cache, and NumPy files. No views, no tensors, no models.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.data;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
