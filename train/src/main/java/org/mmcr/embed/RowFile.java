package org.mmcr.embed;

import java.io.Closeable;

/** A file of embeddings in the making; closing completes it. */
interface RowFile extends RowSink, Closeable {}
