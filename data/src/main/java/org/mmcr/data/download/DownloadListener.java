package org.mmcr.data.download;

/** Told how a download goes, on the calling thread. */
public interface DownloadListener {
    /** A file begins or goes on, or is found there already. */
    void file(String what);

    /** {@code done} bytes of {@code total} are here; {@code total} is -1 where the server does not say. */
    void bytes(long done, long total);
}
