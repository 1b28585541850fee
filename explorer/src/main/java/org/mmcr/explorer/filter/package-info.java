/**
 * The filter of pictures: queries for their names, classes, labels, predictions, and the columns of a table.
 * Independent of the web pages.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer.filter;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
