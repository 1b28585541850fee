/** Downloads of public data sets from their official addresses: resumable, verified and atomic. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.data.download;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
