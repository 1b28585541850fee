/**
 * The live explorer: a web application on this machine that follows runs, shows their pictures by likeness and takes
 * labels. {@link org.mmcr.explorer.Explorer} starts it; pages and scripts are resources beside the classes.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
