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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
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
    /** Redirects in a row that are followed. */
    private static final int REDIRECTS = 5;

    private static final Set<Integer> REDIRECTED = Set.of(301, 302, 303, 307, 308);

    /** Characters that an address must not have but some servers send, such as a space or a bar. */
    private static final Pattern ILLEGAL = Pattern.compile("[\\s\"<>\\\\^`{|}]|%(?![0-9A-Fa-f]{2})");

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
            } catch (RefusedException | PartException e) {
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
        URI at = address;
        for (int redirects = 0; redirects <= REDIRECTS; redirects++) {
            HttpURLConnection connection = connect(at, from);
            try {
                int status = connection.getResponseCode();
                Optional<String> next = Optional.ofNullable(connection.getHeaderField("Location"));
                if (next.isEmpty() || !REDIRECTED.contains(status)) {
                    takeAnswer(connection, status, from);
                    return;
                }
                at = redirected(at, next.get());
            } finally {
                connection.disconnect();
            }
        }
        throw new RefusedException("the server redirects " + address + " more than " + REDIRECTS + " times");
    }

    private static HttpURLConnection connect(URI at, long from) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) at.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        // Java does not follow a redirect from http to https.
        connection.setInstanceFollowRedirects(false);
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
        }
        return connection;
    }

    /**
     * Returns the address that a server redirects to.
     *
     * @throws RefusedException if it is not one of http or https, or would give up https
     */
    static URI redirected(URI from, String location) throws RefusedException {
        try {
            URI target = from.resolve(ILLEGAL.matcher(location)
                    .replaceAll(found ->
                            String.format(Locale.ROOT, "%%%02X", found.group().codePointAt(0))));
            if ("https".equalsIgnoreCase(target.getScheme())
                    || ("http".equalsIgnoreCase(target.getScheme()) && "http".equalsIgnoreCase(from.getScheme()))) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw new RefusedException("the server redirects " + from + " to " + location + ", which is not followed");
    }

    private void takeAnswer(HttpURLConnection connection, int status, long from) throws IOException {
        switch (status) {
            case HttpURLConnection.HTTP_PARTIAL -> receive(connection, requireStart(connection, from));
            case HttpURLConnection.HTTP_OK -> receive(connection, 0);
            // The part has all bytes, or belongs to a longer file; the checksum decides.
            case 416 -> listener.bytes(from, from);
            default ->
                throw new RefusedException(
                        "the server answers " + status + " " + connection.getResponseMessage() + " for " + address);
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
                FileChannel out = open()) {
            onPart(() -> out.truncate(start).position(start));
            byte[] buffer = new byte[BUFFER];
            listener.bytes(done, total);
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                onPart(() -> AtomicFiles.writeFully(out, bytes));
                done += n;
                listener.bytes(done, total);
            }
            onPart(() -> out.force(true));
        }
        if (total >= 0 && done < total) {
            throw new EOFException("the connection ended after " + done + " of " + total + " bytes");
        }
    }

    private FileChannel open() throws PartException {
        try {
            return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new PartException(e);
        }
    }

    private static void onPart(PartWork work) throws PartException {
        try {
            work.run();
        } catch (IOException e) {
            throw new PartException(e);
        }
    }

    /** Work on the part. */
    private interface PartWork {
        void run() throws IOException;
    }

    /** Thrown when the part cannot be written, so that another attempt does not help. */
    static final class PartException extends IOException {
        private static final long serialVersionUID = 1L;

        PartException(IOException cause) {
            super(cause);
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
