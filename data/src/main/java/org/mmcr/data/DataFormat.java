package org.mmcr.data;

import java.io.IOException;
import java.util.Optional;

/** One way in which data may lie at a place. */
interface DataFormat {
    /** The data, or empty when what lies there is not of this format; damaged or incomplete data of this format is an error. */
    Optional<DataSource> open(Place place, DataOptions options) throws IOException;
}
