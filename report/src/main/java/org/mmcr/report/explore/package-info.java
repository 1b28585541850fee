/**
 * The live explorer: a web application on this machine that follows runs, shows their pictures by likeness and takes
 * labels. {@link org.mmcr.report.explore.Explorer} starts it; pages and scripts are resources beside the classes.
 */
@NullMarked
package org.mmcr.report.explore;

import org.jspecify.annotations.NullMarked;
