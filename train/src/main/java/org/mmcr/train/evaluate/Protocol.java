package org.mmcr.train.evaluate;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A way to score features: it is fitted on labelled training features and scored on labelled test features. An
 * evaluation runs a list of protocols; its document, table, page and events show whatever results they return.
 */
@FunctionalInterface
@API(status = API.Status.STABLE)
public interface Protocol {
    /** The settings behind a score, written beside it as JSON. Each protocol declares its own record. */
    interface Settings {}

    /**
     * Scores features; neither set is modified.
     *
     * @throws org.mmcr.core.MmcrException if a row has no label, or the test data has a class that the training data
     * lacks
     */
    List<ProtocolResult> score(FeatureSet train, FeatureSet test);
}
