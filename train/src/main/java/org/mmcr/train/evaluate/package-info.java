/**
 * Evaluation of representations: features of a frozen encoder or raw pixels, weighted nearest neighbours, a linear
 * probe, and the document that compares trained encoder, untrained encoder and pixels. The package does not train an
 * encoder, print, or name a file. Every score carries its protocol, settings and sample size.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
