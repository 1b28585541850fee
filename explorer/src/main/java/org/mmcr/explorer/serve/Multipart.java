package org.mmcr.explorer.serve;

import io.javalin.http.BadRequestResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A body of type {@code multipart/form-data} (RFC 7578) that is in memory. The servlet's own parser may write files,
 * which a read-only container does not allow.
 */
final class Multipart {
    /** RFC 2046: a boundary has at most 70 characters. */
    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);

    private static final Pattern FILE_NAME =
            Pattern.compile("(?im)^content-disposition:.*;\\s*filename=(?:\"([^\"\\r\\n]*)\"|([^\\s;\"]+))");
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] HEADERS_END = {'\r', '\n', '\r', '\n'};
    private static final int LONGEST_HEADERS = 8192;

    private Multipart() {}

    /**
     * A part that is a file.
     *
     * @param name as the client calls it; empty if it does not
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Part(String name, byte[] content) {}

    /**
     * Returns the parts with a file name in order; other fields are ignored.
     *
     * @throws BadRequestResponse if the body is cut short or has another format
     */
    static List<Part> files(String contentType, byte[] body) {
        byte[] delimiter = ("--" + boundary(contentType)).getBytes(StandardCharsets.ISO_8859_1);
        List<Part> files = new ArrayList<>();
        int at = find(body, delimiter, 0);
        require(at == 0 || (at > 0 && endsLine(body, at)), "its first boundary");
        int start = at + delimiter.length;
        while (!startsWith(body, start, "--")) {
            require(startsWith(body, start, "\r\n"), "a line end behind each boundary");
            int end = nextDelimiter(body, delimiter, start);
            part(Arrays.copyOfRange(body, start, end)).ifPresent(files::add);
            start = end + LINE_END.length + delimiter.length;
        }
        return files;
    }

    private static String boundary(String contentType) {
        Matcher found = BOUNDARY.matcher(contentType);
        require(found.find(), "a boundary in its content type");
        return Optional.ofNullable(found.group(1)).orElseGet(() -> found.group(2));
    }

    /** Returns the position of the line end before the next delimiter. */
    private static int nextDelimiter(byte[] body, byte[] delimiter, int from) {
        int at = find(body, delimiter, from);
        while (at >= 0 && !endsLine(body, at)) {
            at = find(body, delimiter, at + 1);
        }
        require(at >= from + LINE_END.length, "its last boundary");
        return at - LINE_END.length;
    }

    /** Returns the part in bytes that start with the line end behind its delimiter; empty for one without a file. */
    private static Optional<Part> part(byte[] bytes) {
        int end = find(bytes, HEADERS_END, 0);
        require(end >= 0 && end <= LONGEST_HEADERS, "headers and an empty line in each part");
        String headers = new String(bytes, 0, end, StandardCharsets.UTF_8);
        Matcher name = FILE_NAME.matcher(headers);
        return name.find()
                ? Optional.of(new Part(
                        Optional.ofNullable(name.group(1)).orElseGet(() -> name.group(2)),
                        Arrays.copyOfRange(bytes, end + HEADERS_END.length, bytes.length)))
                : Optional.empty();
    }

    private static boolean endsLine(byte[] body, int at) {
        return at >= 2 && body[at - 2] == '\r' && body[at - 1] == '\n';
    }

    private static boolean startsWith(byte[] body, int at, String text) {
        return at + text.length() <= body.length
                && new String(body, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    /** Returns the first position of {@code wanted} from a position on, or -1. */
    private static int find(byte[] body, byte[] wanted, int from) {
        for (int i = from; i <= body.length - wanted.length; i++) {
            int matched = 0;
            while (matched < wanted.length && body[i + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    private static void require(boolean condition, String expected) {
        if (!condition) {
            throw new BadRequestResponse("expected " + expected + " in the multipart body, found none; send files as"
                    + " multipart/form-data, for example with curl -F a=@a.jpg -F b=@b.jpg");
        }
    }
}
