/**
 * How good a representation is: features of a frozen encoder (or raw pixels), weighted nearest neighbours, a linear
 * probe, and the report that puts trained encoder, untrained encoder and pixels side by side. Nothing here trains an
 * encoder, prints, or names a file; every number carries its protocol, settings and sample size.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
