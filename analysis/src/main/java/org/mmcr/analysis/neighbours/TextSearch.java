package org.mmcr.analysis.neighbours;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.encoder.TextEncoder;

/**
 * A search of pictures by text: the cosine of a text's embedding with the projected features of every picture, by one
 * matrix-vector product, O(N F).
 */
public final class TextSearch {
    private final TextEncoder texts;
    private final Tensor features;
    /** Of the projected rows; with them the projected features need not be kept. */
    private final Tensor lengths;

    /**
     * The pictures for a text.
     *
     * @param cosines of each row
     * @param text embedding of the text
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Found(float[] cosines, TextEncoder.Text text) {
        /** Returns the rows, the largest cosine first; of equal ones the first row, and rows of NaN last. */
        public List<Integer> ranked() {
            return IntStream.range(0, cosines.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(
                            row -> Float.isNaN(cosines[row]) ? Double.POSITIVE_INFINITY : -cosines[row]))
                    .toList();
        }
    }

    /**
     * Prepares the search.
     *
     * @param features of pictures as the vision tower gives them, float32 (N, F), not whitened; not modified, kept
     *     alive by the caller
     */
    public TextSearch(TextEncoder texts, Tensor features) {
        this.texts = texts;
        this.features = features;
        lengths = RowLengths.of(
                features, rows -> rows.matmul(texts.pictureProjection().t()));
    }

    /** Returns the cosines of all pictures with a text. */
    public Found of(String text) {
        TextEncoder.Text embedded = texts.embed(text);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor direction = texts.pictureProjection().t().mv(torch.tensor(embedded.embedding()));
            float[] cosines = new float[Math.toIntExact(features.size(0))];
            features.mv(direction).div_(lengths).data_ptr_float().get(cosines);
            return new Found(cosines, embedded);
        }
    }
}
