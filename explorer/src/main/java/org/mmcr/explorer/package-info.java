/**
 * The explorer: a local web application that follows runs, shows their pictures by similarity and collects labels.
 * {@link org.mmcr.explorer.Explorer} starts it; pages and scripts are resources beside the classes.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
