package org.mmcr.objective;

import org.apiguardian.api.API;

/**
 * A problem of a batch or of a figure, with its remedy.
 *
 * @param found one clause that starts in lower case, without a full stop
 * @param remedy one clause in the imperative that starts in lower case, without a full stop
 */
@API(status = API.Status.STABLE)
public record Diagnostic(String found, String remedy) {}
