/**
 * Labelling with few clicks: labels that are on disk before they are acknowledged, a linear head on frozen features, its
 * accuracy on pictures drawn at random, and which pictures to ask about next. Knows nothing of web pages.
 */
@NullMarked
package org.mmcr.report.labelling;

import org.jspecify.annotations.NullMarked;
