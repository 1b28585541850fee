package org.mmcr.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Map;

/**
 * The spectrum of a table of embeddings.
 *
 * @param all of all samples
 * @param classes of each class by itself, in the order of the labels; empty unless asked for
 */
public record SpectrumReport(
        @JsonUnwrapped CentroidSpectrum all,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, CentroidSpectrum> classes) {}
