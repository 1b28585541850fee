package org.mmcr.data.download;

/** Receives the progress of a download, on the calling thread. */
public interface DownloadListener {
    /** Called when a file is started, resumed, unpacked, or found to be there already. */
    void file(String what);

    /** Called when {@code done} of {@code total} bytes have arrived; {@code total} is -1 if unknown. */
    void bytes(long done, long total);
}
