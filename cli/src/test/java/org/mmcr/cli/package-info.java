/** Tests of the commands, in process and as a real process. */
@NullMarked
package org.mmcr.cli;

import org.jspecify.annotations.NullMarked;
