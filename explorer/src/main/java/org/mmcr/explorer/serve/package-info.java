/**
 * The picture server of {@code mmcr serve}: features, classes and similar pictures for other programs, over HTTP.
 * {@link org.mmcr.explorer.serve.PictureServer} starts it.
 *
 * <p>A request passes {@link org.mmcr.explorer.serve.Admission}, which bounds memory, {@link
 * org.mmcr.explorer.serve.PictureIntake}, which reads and prepares its pictures, and {@link
 * org.mmcr.explorer.serve.PictureBatcher}, which computes features of several requests at a time.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer.serve;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
