package org.mmcr.train.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;

/**
 * The tokenizer of CLIP as in transformers: byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909) of the UTF-8
 * bytes of lower-case words, each with an end-of-word mark.
 */
final class ClipTokenizer {
    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final String END_OF_WORD = "</w>";
    private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORDS = Pattern.compile(
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
            Pattern.UNICODE_CHARACTER_CLASS);
    private static final String[] LETTERS = letters();

    private final Map<String, Integer> vocabulary;
    /** Order of the merges, by both parts with a space between them. */
    private final Map<String, Integer> ranks;

    private final int start;
    private final int end;

    /**
     * The tokens of a text.
     *
     * @param numbers from the start token to the end token
     * @param cut whether the text was longer than what fits
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tokens(int[] numbers, boolean cut) {}

    private ClipTokenizer(Map<String, Integer> vocabulary, List<String> merges, Path file) {
        this.vocabulary = vocabulary;
        start = number(START, file);
        end = number(END, file);
        ranks = new HashMap<>();
        merges.forEach(merge -> ranks.putIfAbsent(merge, ranks.size()));
    }

    private int number(String token, Path file) {
        Integer number = vocabulary.get(token);
        if (number == null) {
            throw new MmcrException(
                    "expected the token " + token + " of CLIP in " + file + ", found none; put CLIP's own file there");
        }
        return number;
    }

    /**
     * Reads {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}, beside a file of weights.
     *
     * @throws MmcrException if they are missing or those of another kind of tokenizer
     */
    static ClipTokenizer beside(Path weights) {
        Path whole = weights.resolveSibling("tokenizer.json");
        Path vocabulary = weights.resolveSibling("vocab.json");
        Path merges = weights.resolveSibling("merges.txt");
        try {
            if (Files.isRegularFile(whole)) {
                return ofWhole(whole);
            }
            if (Files.isRegularFile(vocabulary) && Files.isRegularFile(merges)) {
                return ofParts(vocabulary, merges);
            }
        } catch (IOException e) {
            throw FileFailure.exception("to read the tokenizer beside " + weights, e, "check the permissions");
        }
        String found = Files.isRegularFile(vocabulary)
                ? "vocab.json without merges.txt"
                : Files.isRegularFile(merges) ? "merges.txt without vocab.json" : "none";
        throw new MmcrException("expected the tokenizer of CLIP beside " + weights + ", found " + found
                + "; put tokenizer.json, or vocab.json and merges.txt, of the same model into that folder");
    }

    private static ClipTokenizer ofWhole(Path file) throws IOException {
        JsonNode tree = Json.tree(file, "model");
        JsonNode model = tree.path("model");
        String suffix = model.path("end_of_word_suffix").asText("");
        if (!suffix.equals(END_OF_WORD)) {
            throw new MmcrException("expected the byte-pair tokenizer of CLIP, with " + END_OF_WORD
                    + " at the end of words, in " + file + ", found "
                    + (suffix.isEmpty() ? "no such mark" : suffix) + "; put CLIP's own file there");
        }
        Map<String, Integer> vocabulary = numbers(model.path("vocab"), file);
        tree.path("added_tokens")
                .forEach(token -> vocabulary.putIfAbsent(
                        token.path("content").asText(), token.path("id").asInt()));
        List<String> merges = new ArrayList<>();
        model.path("merges")
                .forEach(merge -> merges.add(
                        merge.isArray()
                                ? merge.path(0).asText() + " " + merge.path(1).asText()
                                : merge.asText()));
        return new ClipTokenizer(vocabulary, merges, file);
    }

    private static ClipTokenizer ofParts(Path vocabulary, Path merges) throws IOException {
        List<String> lines = Files.readAllLines(merges, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("#version") && !line.isBlank())
                .toList();
        return new ClipTokenizer(numbers(Json.tree(vocabulary), vocabulary), lines, vocabulary);
    }

    private static Map<String, Integer> numbers(JsonNode tokens, Path file) {
        Map<String, Integer> numbers = new HashMap<>();
        for (Map.Entry<String, JsonNode> token : tokens.properties()) {
            if (!token.getValue().canConvertToInt()) {
                throw new MmcrException("expected the number of each token in " + file + ", found " + token.getValue()
                        + " for " + token.getKey() + "; download the file again");
            }
            numbers.put(token.getKey(), token.getValue().asInt());
        }
        return numbers;
    }

    /** Returns the largest number of a token. */
    int largest() {
        return vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Returns the tokens of a text; of a longer one the first {@code most} - 1, and the end token. */
    Tokens encode(String text, int most) {
        List<Integer> numbers = new ArrayList<>(List.of(start));
        Matcher words = WORDS.matcher(cleaned(text));
        while (numbers.size() < most && words.find()) {
            String word = words.group();
            if (word.equals(START) || word.equals(END)) {
                numbers.add(word.equals(START) ? start : end);
            } else {
                for (String part : parts(word)) {
                    numbers.add(vocabulary.getOrDefault(part, end)); // the library's token for what is unknown
                }
            }
        }
        boolean cut = numbers.size() >= most;
        List<Integer> kept = new ArrayList<>(cut ? numbers.subList(0, most - 1) : numbers);
        kept.add(end);
        return new Tokens(kept.stream().mapToInt(Integer::intValue).toArray(), cut);
    }

    /** Composed characters, single spaces, lower case without regard to neighbouring letters. */
    private static String cleaned(String text) {
        String composed =
                SPACES.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll(" ");
        StringBuilder lower = new StringBuilder();
        composed.codePoints()
                .forEach(letter -> lower.append(Character.toString(letter).toLowerCase(Locale.ROOT)));
        return lower.toString();
    }

    /** Merges the letters of a word, the pair that comes first in the list of merges first. */
    private List<String> parts(String word) {
        List<String> parts = new ArrayList<>();
        for (byte part : word.getBytes(StandardCharsets.UTF_8)) {
            parts.add(LETTERS[part & 0xff]);
        }
        parts.set(parts.size() - 1, parts.get(parts.size() - 1) + END_OF_WORD);
        while (true) {
            int best = -1;
            int rank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int found = ranks.getOrDefault(parts.get(i) + " " + parts.get(i + 1), Integer.MAX_VALUE);
                if (found < rank) {
                    best = i;
                    rank = found;
                }
            }
            if (best < 0) {
                return parts;
            }
            parts.set(best, parts.get(best) + parts.remove(best + 1));
        }
    }

    /** The printable character that stands for each byte: itself, or for the others those from U+0100 on in turn. */
    private static String[] letters() {
        String[] letters = new String[256];
        int next = 256;
        for (int value = 0; value < letters.length; value++) {
            boolean printable = (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xff && value != 0xad);
            letters[value] = Character.toString(printable ? value : next);
            next += printable ? 0 : 1;
        }
        return letters;
    }
}
