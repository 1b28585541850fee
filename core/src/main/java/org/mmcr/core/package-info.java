/**
 * Classes that every module of mmcr uses: its exception, and helpers for threads.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.core;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
