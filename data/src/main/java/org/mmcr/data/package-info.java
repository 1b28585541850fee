/**
 * Data sources: pictures and tables of numbers in folders, archives, files of benchmark data sets and table files,
 * all behind {@link org.mmcr.data.DataSource}; the cache of decoded pictures; the synthetic data of the demo.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.data;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
