package org.mmcr.train.encoder;

import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;

/**
 * The texts of a CLIP: tokenizer, text tower, and the projections of texts and pictures into one space, in which the
 * cosine of a text and a picture says how well they fit.
 *
 * <p>On the processor, in float32. Several threads may use it.
 */
public final class TextEncoder {
    private final ClipTokenizer tokenizer;
    private final TextTower tower;

    private TextEncoder(ClipTokenizer tokenizer, TextTower tower) {
        this.tokenizer = tokenizer;
        this.tower = tower;
    }

    /**
     * An embedded text.
     *
     * @param embedding of unit length, E numbers
     * @param tokens number of tokens, with those of start and end
     * @param cut whether the text was longer than the network reads, and its end was left out
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Text(float[] embedding, int tokens, boolean cut) {}

    /**
     * Reads the text tower in a file of weights and the tokenizer beside it: {@code tokenizer.json}, or {@code
     * vocab.json} and {@code merges.txt}.
     *
     * @param vision the network whose features of pictures are compared with texts, read from the same file
     * @param choice with which {@code vision} was read
     * @return empty if the file has no text tower that is known
     * @throws MmcrException if something of it is missing or does not fit
     */
    public static Optional<TextEncoder> open(Path file, EncoderSpec vision, NetworkChoice choice) {
        if (!(vision instanceof VisionTransformerSpec tower)) {
            return Optional.empty();
        }
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            return TextTowerFile.read(weights, tower, choice.arch().isPresent())
                    .map(texts -> of(file, texts, tower.pool()));
        }
    }

    private static TextEncoder of(Path file, TextTower tower, TokenPool pool) {
        if (pool != TokenPool.CLS) {
            throw new MmcrException(
                    "expected features of the class token, which CLIP compares with texts, found the mean"
                            + " of the patch tokens; leave out --pool");
        }
        ClipTokenizer tokenizer = ClipTokenizer.beside(file);
        if (tokenizer.largest() >= tower.vocabulary()) {
            throw new MmcrException("expected a tokenizer of at most " + tower.vocabulary() + " tokens beside " + file
                    + ", found token " + tokenizer.largest() + "; put the tokenizer of the same model there");
        }
        return new TextEncoder(tokenizer, tower);
    }

    /** Returns the embedding of a text. */
    public Text embed(String text) {
        ClipTokenizer.Tokens tokens = tokenizer.encode(text, tower.longest());
        return new Text(tower.embed(tokens.numbers()), tokens.numbers().length, tokens.cut());
    }

    /** Returns the largest number of tokens of a text, with those of start and end. */
    public int longest() {
        return tower.longest();
    }

    /**
     * Returns the matrix (E, F) that projects features of pictures, as the vision tower gives them, into the space of
     * texts; float32, not modified.
     */
    public Tensor pictureProjection() {
        return tower.pictureProjection();
    }
}
