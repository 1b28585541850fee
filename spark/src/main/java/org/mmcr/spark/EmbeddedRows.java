package org.mmcr.spark;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.mmcr.data.PictureDecoder;

/**
 * Iterates over rows of path, label and embedding of pictures. A batch is read when the previous one has been
 * consumed, so a task holds one batch.
 */
final class EmbeddedRows implements Iterator<Row> {
    private final Iterator<EncodedPicture> pictures;
    private final ExecutorEncoder encoder;
    private final BiConsumer<String, String> broken;
    private final PictureDecoder decoder = new PictureDecoder();
    private final int batch;
    private final float[] views;
    private final List<EncodedPicture> shown = new ArrayList<>();
    private final Deque<Row> ready = new ArrayDeque<>();

    /**
     * Rows of pictures.
     *
     * @param broken receives the path of a picture that cannot be decoded, and the reason
     */
    EmbeddedRows(
            Iterator<EncodedPicture> pictures, ExecutorEncoder encoder, int batch, BiConsumer<String, String> broken) {
        this.pictures = pictures;
        this.encoder = encoder;
        this.batch = batch;
        this.broken = broken;
        this.views = new float[Math.multiplyExact(batch, encoder.view().shape().length())];
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && pictures.hasNext()) {
            fill();
        }
        return !ready.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void fill() {
        int length = encoder.view().shape().length();
        FloatBuffer target = FloatBuffer.wrap(views);
        while (shown.size() < batch && pictures.hasNext()) {
            EncodedPicture picture = pictures.next();
            try {
                encoder.view().write(decoder.decode(picture.content()), target, (long) shown.size() * length);
                shown.add(new EncodedPicture(picture.path(), picture.label(), new byte[0]));
            } catch (IOException e) {
                broken.accept(picture.path(), e.getMessage());
            }
        }
        if (!shown.isEmpty()) {
            float[] features =
                    encoder.features(views, shown.size(), row -> shown.get(row).path());
            int width = features.length / shown.size();
            for (int i = 0; i < shown.size(); i++) {
                ready.add(RowFactory.create(
                        shown.get(i).path(),
                        shown.get(i).labelled().orElse(null),
                        Arrays.copyOfRange(features, i * width, (i + 1) * width)));
            }
        }
        shown.clear();
    }
}
