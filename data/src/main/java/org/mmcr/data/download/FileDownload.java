package org.mmcr.data.download;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mmcr.data.io.AtomicFiles;

/**
 * A resumable download of one file over HTTP. A broken connection is resumed where it broke, at once and again by the
 * next process. The caller verifies the content.
 */
final class FileDownload {
    private static final int CONNECT_MILLIS = 15_000;
    private static final int READ_MILLIS = 60_000;
    private static final int BUFFER = 1 << 16;
    /** Attempts in a row that may bring no byte. */
    private static final int EMPTY_ATTEMPTS = 3;

    private final URI address;
    private final Path part;
    private final DownloadListener listener;

    FileDownload(URI address, Path part, DownloadListener listener) {
        this.address = address;
        this.part = part;
        this.listener = listener;
    }

    /** Downloads the missing bytes. */
    void run() throws IOException {
        int empty = 0;
        while (true) {
            long before = received();
            try {
                attempt(before);
                return;
            } catch (RefusedException e) {
                throw e;
            } catch (IOException e) {
                empty = received() > before ? 0 : empty + 1;
                if (empty >= EMPTY_ATTEMPTS || received() == 0) {
                    throw e;
                }
            }
        }
    }

    private long received() throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private void attempt(long from) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
        }
        try {
            int status = connection.getResponseCode();
            switch (status) {
                case HttpURLConnection.HTTP_PARTIAL -> receive(connection, requireStart(connection, from));
                case HttpURLConnection.HTTP_OK -> receive(connection, 0);
                // The part has all bytes, or belongs to a longer file; the checksum decides.
                case 416 -> listener.bytes(from, from);
                default ->
                    throw new RefusedException(
                            "the server answers " + status + " " + connection.getResponseMessage() + " for " + address);
            }
        } finally {
            connection.disconnect();
        }
    }

    /** Checks that the server sends the range it was asked for, so that the part can be appended to. */
    private long requireStart(HttpURLConnection connection, long asked) throws IOException {
        String range = String.valueOf(connection.getHeaderField("Content-Range"));
        if (!range.startsWith("bytes " + asked + "-")) {
            throw new RefusedException(
                    "the server answers with the range " + range + " for bytes " + asked + "- of " + address);
        }
        return asked;
    }

    private void receive(HttpURLConnection connection, long start) throws IOException {
        long length = connection.getContentLengthLong();
        long total = length < 0 ? -1 : start + length;
        long done = start;
        try (InputStream in = connection.getInputStream();
                FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(start);
            out.position(start);
            byte[] buffer = new byte[BUFFER];
            listener.bytes(done, total);
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                AtomicFiles.writeFully(out, ByteBuffer.wrap(buffer, 0, n));
                done += n;
                listener.bytes(done, total);
            }
            out.force(true);
        }
        if (total >= 0 && done < total) {
            throw new EOFException("the connection ended after " + done + " of " + total + " bytes");
        }
    }

    /** Thrown when the server rejects the request, so that another attempt does not help. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }
}
