/**
 * Points on the sphere moved by gradient descent on the objective itself: from collapsed, clustered and random starts to
 * arrangements that reach the bound. The run, its files and its pictures; the objective is in {@code org.mmcr.loss}.
 */
@NullMarked
package org.mmcr.report.sphere;

import org.jspecify.annotations.NullMarked;
