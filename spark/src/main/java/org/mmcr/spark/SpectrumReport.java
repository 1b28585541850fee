package org.mmcr.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Map;

/**
 * Spectrum of a table of embeddings.
 *
 * @param all spectrum of all samples
 * @param classes spectrum of each class, in the order of the labels; empty unless requested
 */
public record SpectrumReport(
        @JsonUnwrapped CentroidSpectrum all,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, CentroidSpectrum> classes) {}
