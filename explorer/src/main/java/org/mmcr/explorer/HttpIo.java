package org.mmcr.explorer;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/** Reading of requests and writing of responses under {@code /api}. */
final class HttpIo {
    /** Limit of pictures in one response. */
    private static final int MOST_PICTURES = 200;

    private HttpIo() {}

    static void json(Context request, Object document) {
        request.contentType("application/json").result(Json.line(document));
    }

    /** Responds with little-endian float32 values. */
    static void floats(Context request, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        request.contentType("application/octet-stream").result(bytes.array());
    }

    /** Responds with little-endian int16 values. */
    static void shorts(Context request, short[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(values);
        request.contentType("application/octet-stream").result(bytes.array());
    }

    /** Responds with a file to download. */
    static void file(Context request, String type, String name, byte[] content) {
        request.contentType(type)
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .result(content);
    }

    /** Requires a content type that a form of another site cannot send; parameters such as the charset are ignored. */
    static void requireType(Context request, String type) {
        String found = Optional.ofNullable(request.contentType()).orElse("none");
        if (!type.equalsIgnoreCase(found.split(";", 2)[0].strip())) {
            throw new MmcrException("expected a request of type " + type + ", found " + found);
        }
    }

    /** Returns the picture index in the path, which must be below {@code end}. */
    static int index(Context request, int end) {
        int index = number(request.pathParam("index"));
        if (index >= end) {
            throw new NotFoundResponse("there is no such picture");
        }
        return index;
    }

    /** Returns the number of pictures that a request asks for. */
    static int count(Context request, int usual) {
        return Optional.ofNullable(request.queryParam("n"))
                .map(value -> Math.max(1, Math.min(MOST_PICTURES, number(value))))
                .orElse(usual);
    }

    /** Returns the number of pictures that a request passes over; 0 if it does not say. */
    static int offset(Context request) {
        return Optional.ofNullable(request.queryParam("offset"))
                .map(HttpIo::number)
                .orElse(0);
    }

    private static int number(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new NotFoundResponse("expected a number, found something else");
        }
        return Integer.parseInt(text);
    }
}
