package org.mmcr.explorer.http;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reading of requests and writing of responses. */
public final class HttpIo {
    /** Limit of pictures in one response. */
    private static final int MOST_PICTURES = 200;

    private static final int BLOCK = 1 << 16;
    /** Time for the rest of a refused body. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(HttpIo.class);
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
        request.contentType(type)
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .result(content);
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
        byte[] block = new byte[BLOCK];
        long end = System.nanoTime() + PATIENCE_NANOS;
        long left = most + BLOCK;
        try {
            InputStream in = request.req().getInputStream();
            for (int read = 0; read >= 0 && left > 0 && System.nanoTime() < end; read = in.read(block)) {
                left -= read;
            }
        } catch (IOException e) {
            LOG.debug("the client of a refused request is gone", e);
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
