package org.mmcr.explorer.http;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/** Reading of requests and writing of responses. */
public final class HttpIo {
    /** Limit of pictures in one response. */
    private static final int MOST_PICTURES = 200;

    /** Bytes of a refused body that are read beyond the limit. */
    private static final int BLOCK = 1 << 16;
    /** Time for the rest of a refused body. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final int POLL_MILLIS = 10;

    private static final String FLOATS = "application/octet-stream";
    private static final String JSON = "application/json";

    private HttpIo() {}

    /** Responds with a JSON document. */
    public static void json(Context request, Object document) {
        request.contentType(JSON).result(Json.line(document));
    }

    /** Responds with little-endian float32 values. */
    public static void floats(Context request, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        request.contentType(FLOATS).result(bytes.array());
    }

    /** Responds with little-endian int16 values. */
    public static void shorts(Context request, short[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(values);
        request.contentType(FLOATS).result(bytes.array());
    }

    /** Responds with a file to download. */
    public static void file(Context request, String type, String name, byte[] content) {
        download(request, type, name);
        request.result(content);
    }

    /** Sets the headers of a file to download. */
    public static void download(Context request, String type, String name) {
        request.contentType(type).header("Content-Disposition", "attachment; filename=\"" + name + "\"");
    }

    /** Closes the connection in the middle of a response, which the client then takes for failed. */
    public static void breakOff(Context request) {
        ServletContextRequest.getServletContextRequest(request.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    /**
     * Reads what is left of a request's body, up to {@code most} bytes and for a few seconds. A server that closes
     * before the client has sent its last byte resets the connection, and the client may lose the answer. A client that
     * sends {@code Expect} waits for the answer first; nothing is read from it.
     */
    static void discardBody(Context request, long most) {
        if (request.header("Expect") != null) {
            return;
        }
        // A read of the servlet's stream would wait for the server's idle time-out.
        Request body = ServletContextRequest.getServletContextRequest(request.req());
        long end = System.nanoTime() + PATIENCE_NANOS;
        long left = most + BLOCK;
        try {
            while (left > 0 && System.nanoTime() < end) {
                Content.Chunk chunk = body.read();
                if (chunk == null) {
                    Thread.sleep(POLL_MILLIS); // nothing has come
                    continue;
                }
                boolean last = chunk.isLast(); // the end of the body, or the client is gone
                left -= chunk.remaining();
                chunk.release();
                if (last) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requires a content type that a form of another site cannot send; parameters such as the charset are ignored. */
    public static void requireType(Context request, String type) {
        String found = Optional.ofNullable(request.contentType()).orElse("none");
        if (!type.equalsIgnoreCase(found.split(";", 2)[0].strip())) {
            throw new MmcrException("expected a request of type " + type + ", found " + found);
        }
    }

    /** Returns the picture index in the path, which must be below {@code end}. */
    public static int index(Context request, int end) {
        String index = request.pathParam("index");
        if (!isNumber(index) || Integer.parseInt(index) >= end) {
            throw new NotFoundResponse("there is no such picture");
        }
        return Integer.parseInt(index);
    }

    /** Returns the number of pictures that a request asks for. */
    public static int count(Context request, int usual) {
        return count(request, usual, MOST_PICTURES);
    }

    /** Returns the number of results that a request asks for, from 1 to {@code most}. */
    public static int count(Context request, int usual, int most) {
        return Optional.ofNullable(request.queryParam("n"))
                .map(value -> Math.max(1, Math.min(most, number(value))))
                .orElse(usual);
    }

    /** Returns whether a request names {@code application/octet-stream} as the answer it prefers to JSON. */
    public static boolean wantsFloats(Context request) {
        String accepted = Optional.ofNullable(request.header("Accept")).orElse("*/*");
        int floats = accepted.indexOf(FLOATS);
        int json = accepted.indexOf(JSON);
        return floats >= 0 && (json < 0 || floats < json);
    }

    /** Returns the number of pictures that a request passes over; 0 if it does not say. */
    public static int offset(Context request) {
        return Optional.ofNullable(request.queryParam("offset"))
                .map(HttpIo::number)
                .orElse(0);
    }

    private static int number(String text) {
        if (!isNumber(text)) {
            throw new BadRequestResponse("expected a number, found something else");
        }
        return Integer.parseInt(text);
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,9}");
    }
}
