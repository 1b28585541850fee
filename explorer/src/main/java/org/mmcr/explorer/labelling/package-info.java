/**
 * Labelling with few clicks: labels that are on disk before they are acknowledged, a linear head on frozen features, its
 * accuracy on pictures drawn at random, and which pictures to ask about next. Knows nothing of web pages.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer.labelling;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
