package org.mmcr.objective;

import org.apiguardian.api.API;

/**
 * Something about a batch or a figure that its user should know, and what to do about it.
 *
 * @param found one clause that starts in lower case, without a full stop
 * @param remedy one clause in the imperative that starts in lower case, without a full stop
 */
@API(status = API.Status.STABLE)
public record Diagnostic(String found, String remedy) {}
