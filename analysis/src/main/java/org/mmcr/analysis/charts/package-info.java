/** What the figures share: how a picture becomes files. Each figure has a package of its own beneath. */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.charts;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
