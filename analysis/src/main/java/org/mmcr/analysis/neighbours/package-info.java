/**
 * Which rows of features point most in the direction of a query: exactly, by one product with all rows, and beyond
 * tens of thousands of rows through a graph that looks at a few hundred of them.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.analysis.neighbours;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
