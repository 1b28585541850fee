package org.mmcr.explorer.serve;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.data.PictureDecoder;
import org.mmcr.data.views.PictureEvaluationView;

/**
 * Reads the pictures of a request and prepares them as every other command does. A request has one picture as its
 * body, or several as the files of a form.
 */
final class PictureIntake {
    private static final int BLOCK = 1 << 16;
    private static final String FORM = "multipart/form-data";
    /** Name of a picture that is the body. */
    private static final String BODY = "body";

    private final PictureEvaluationView view;
    private final ServeLimits limits;
    private final Admission admission;
    // One decoder a thread: its readers are costly to create and not thread-safe.
    private final ThreadLocal<PictureDecoder> decoders;

    PictureIntake(PictureEvaluationView view, ServeLimits limits, Admission admission) {
        this.view = view;
        this.limits = limits;
        this.admission = admission;
        this.decoders = ThreadLocal.withInitial(() -> new PictureDecoder(limits.pixels()));
    }

    /**
     * The prepared pictures of a request; closing them gives their places back.
     *
     * @param names as the client calls them
     * @param rows one of {@code view.shape().length()} numbers for each
     */
    record Prepared(List<String> names, List<float[]> rows, Admission.Place place) implements AutoCloseable {
        @Override
        public void close() {
            place.close();
        }
    }

    /** Reads, decodes and prepares; failures are exceptions with the status of the answer. */
    Prepared read(Context request, Deadline deadline) throws IOException, InterruptedException {
        String type = Optional.ofNullable(request.contentType()).orElse("");
        String kind = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!kind.equals(FORM) && !kind.equals("application/octet-stream") && !kind.startsWith("image/")) {
            throw new HttpResponseException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE.getCode(),
                    "expected image/*, application/octet-stream or " + FORM + " as the content type, found "
                            + (kind.isEmpty() ? "none" : kind) + "; for example curl --data-binary @x.jpg -H"
                            + " 'Content-Type: image/jpeg'");
        }
        long declared = request.req().getContentLengthLong();
        if (declared > limits.bodyBytes()) {
            throw tooLarge();
        }
        try (Admission.Place room = admission.body(declared)) {
            byte[] body = body(request.req().getInputStream(), deadline);
            List<Multipart.Part> files =
                    kind.equals(FORM) ? Multipart.files(type, body) : List.of(new Multipart.Part(BODY, body));
            return prepared(files, deadline);
        }
    }

    private ContentTooLargeResponse tooLarge() {
        return new ContentTooLargeResponse("expected a body of at most " + (limits.bodyBytes() >> 20)
                + " MiB, found more; send fewer or smaller pictures");
    }

    /** Reads to the end. A client that sends a byte now and then does not keep its thread beyond the deadline. */
    private byte[] body(InputStream in, Deadline deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] block = new byte[BLOCK];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            deadline.check();
            if (body.size() + read > limits.bodyBytes()) {
                throw tooLarge();
            }
            body.write(block, 0, read);
        }
        return body.toByteArray();
    }

    private Prepared prepared(List<Multipart.Part> files, Deadline deadline) throws InterruptedException {
        if (files.isEmpty()) {
            throw new BadRequestResponse("expected a picture in the form, found none; for example curl -F a=@a.jpg");
        }
        if (files.size() > limits.queue()) {
            throw new ContentTooLargeResponse("expected at most " + limits.queue() + " pictures in a request, found "
                    + files.size() + "; send fewer, or raise --queue");
        }
        Admission.Place place = admission.pictures(files.size());
        try {
            List<String> names = new ArrayList<>();
            List<float[]> rows = new ArrayList<>();
            for (Multipart.Part file : files) {
                names.add(file.name());
                rows.add(row(file, deadline));
            }
            return new Prepared(List.copyOf(names), List.copyOf(rows), place);
        } catch (RuntimeException | Error | InterruptedException e) {
            place.close();
            throw e;
        }
    }

    private float[] row(Multipart.Part file, Deadline deadline) throws InterruptedException {
        float[] row = new float[view.shape().length()];
        try (Admission.Place place = admission.decoder(deadline)) {
            view.write(decoders.get().decode(file.content()), FloatBuffer.wrap(row), 0);
            return row;
        } catch (IOException e) {
            throw new HttpResponseException(
                    HttpStatus.UNPROCESSABLE_CONTENT.getCode(),
                    "expected a picture that can be read in '" + file.name() + "', found: " + e.getMessage()
                            + "; send a JPEG, PNG, WebP, TIFF, GIF or BMP file");
        }
    }
}
