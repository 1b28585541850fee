/**
 * What the explorer and the picture server share: a web server on Javalin, access control, request and response bodies.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package org.mmcr.explorer.http;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
