package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tensors of a file that belong to a network, found under a prefix and in one of the spellings that are in use.
 *
 * @param prefix before the names in the file; empty, or with a dot at its end
 * @param files name in the file of each tensor of the network that is there
 * @param aside names in the file of tensors that belong to something else, such as a classifier
 * @param unexpected names in the file of other tensors
 */
record WeightMatch(
        String prefix, Spelling spelling, Map<String, String> files, List<String> aside, List<String> unexpected) {
    /** End of the names of counters, which old files lack. */
    static final String COUNTER = ".num_batches_tracked";

    /** Largest number of names of one part that are written out. */
    private static final int LISTED = 8;

    /** Parts of prefixes in use; of two copies of a network the one under them is taken. */
    private static final Set<String> USUAL = Set.of(
            "module",
            "backbone",
            "encoder",
            "encoder_q",
            "base_encoder",
            "student",
            "_orig_mod",
            "model",
            "visual",
            "vision_model",
            "net",
            "trunk",
            "f",
            "dinov2");

    /** First parts of the names of projectors, classifiers, text towers and of what training keeps beside a network. */
    private static final Set<String> BESIDE = Set.of(
            "fc",
            "head",
            "heads",
            "head_dist",
            "classifier",
            "projector",
            "projection",
            "projection_head",
            "proj",
            "predictor",
            "prototypes",
            "queue",
            "queue_ptr",
            "logit_scale",
            "logit_bias",
            "text_model",
            "text",
            "text_projection",
            "visual_projection",
            "mask_token");

    /** Whole names within a network that are not needed for its features. */
    private static final Pattern UNUSED =
            Pattern.compile("(.*\\.)?(mask_token|position_ids)|classifier\\.2\\..*|head\\.fc\\..*");

    /** A way to write the names of a network's tensors. */
    enum Spelling {
        AS_IT_IS("", name -> name),
        SEQUENTIAL("numbered layers of nn.Sequential", name -> numbered(name, 4)),
        SEQUENTIAL_WITHOUT_POOL("numbered layers of nn.Sequential", name -> numbered(name, 3)),
        TRANSFORMERS_5("attention as transformers 5 spells it", Spelling::transformers5),
        TORCHVISION_012("MLP layers as torchvision 0.12 spells them", Spelling::torchvision012);

        private static final Pattern GROUP = Pattern.compile("layer(\\d)\\.(.*)");

        private final String description;

        @SuppressWarnings("ImmutableEnumChecker") // pure functions
        private final UnaryOperator<String> of;

        Spelling(String description, UnaryOperator<String> of) {
            this.description = description;
            this.of = of;
        }

        /** The name in this spelling of a tensor of the network. */
        String of(String name) {
            return of.apply(name);
        }

        String description() {
            return description;
        }

        private static String numbered(String name, int firstGroup) {
            Matcher group = GROUP.matcher(name);
            return group.matches()
                    ? firstGroup + Integer.parseInt(group.group(1)) - 1 + "." + group.group(2)
                    : name.replaceFirst("^conv1\\.", "0.").replaceFirst("^bn1\\.", "1.");
        }

        private static String transformers5(String name) {
            return name.replace("attention.attention.query", "attention.q_proj")
                    .replace("attention.attention.key", "attention.k_proj")
                    .replace("attention.attention.value", "attention.v_proj")
                    .replace("attention.output.dense", "attention.o_proj");
        }

        private static String torchvision012(String name) {
            return name.replace(".mlp.0.", ".mlp.linear_1.").replace(".mlp.3.", ".mlp.linear_2.");
        }
    }

    /**
     * Returns the match with the most tensors; of equal ones, that under the most usual prefix.
     *
     * @param found names in the file, in order
     * @param wanted names of the network
     */
    static WeightMatch of(Set<String> found, Set<String> wanted) {
        return Stream.of(Spelling.values())
                .flatMap(spelling ->
                        prefixes(found, wanted, spelling).map(prefix -> of(found, wanted, prefix, spelling)))
                .min(Comparator.comparingInt((WeightMatch match) -> -match.files.size())
                        .thenComparingLong(match -> match.unusualParts())
                        .thenComparingInt(match -> match.prefix.length()))
                .orElseGet(() -> of(found, wanted, "", Spelling.AS_IT_IS));
    }

    private static Stream<String> prefixes(Set<String> found, Set<String> wanted, Spelling spelling) {
        Optional<String> first = wanted.stream()
                .filter(name -> name.endsWith(".weight"))
                .findFirst()
                .map(spelling::of);
        return first.stream()
                .flatMap(tensor -> found.stream()
                        .filter(name -> name.endsWith(tensor))
                        .map(name -> name.substring(0, name.length() - tensor.length())))
                .filter(prefix -> prefix.isEmpty() || prefix.endsWith("."));
    }

    private static WeightMatch of(Set<String> found, Set<String> wanted, String prefix, Spelling spelling) {
        Map<String, String> files = new LinkedHashMap<>();
        for (String name : wanted) {
            String file = prefix + spelling.of(name);
            if (found.contains(file)) {
                files.put(name, file);
            }
        }
        Set<String> used = new HashSet<>(files.values());
        List<String> aside = new ArrayList<>();
        List<String> unexpected = new ArrayList<>();
        for (String name : found) {
            if (!used.contains(name)) {
                (isBeside(name, prefix, wanted) ? aside : unexpected).add(name);
            }
        }
        return new WeightMatch(prefix, spelling, files, aside, unexpected);
    }

    private static boolean isBeside(String name, String prefix, Set<String> wanted) {
        if (!name.startsWith(prefix)) {
            return true;
        }
        String rest = name.substring(prefix.length());
        String part = rest.split("\\.", 2)[0];
        boolean own = wanted.stream().anyMatch(known -> known.startsWith(part + "."));
        return (BESIDE.contains(part) && !own) || UNUSED.matcher(rest).matches();
    }

    private long unusualParts() {
        return Stream.of(prefix.split("\\."))
                .filter(part -> !part.isEmpty() && !USUAL.contains(part))
                .count();
    }

    /** What was done to the names, one phrase each. */
    List<String> mapped() {
        List<String> phrases = new ArrayList<>();
        if (!prefix.isEmpty()) {
            phrases.add("prefix " + prefix + " removed from " + files.size() + " tensors");
        }
        if (!spelling.description().isEmpty()) {
            phrases.add("read " + spelling.description());
        }
        return phrases;
    }

    /** The names left aside with their number, in one line; many of one part are counted together. */
    String asideText() {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        for (String name : aside) {
            String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            String part = name.substring(0, name.length() - rest.length()) + rest.split("\\.", 2)[0];
            parts.computeIfAbsent(part, key -> new ArrayList<>()).add(name);
        }
        List<String> texts = new ArrayList<>();
        parts.forEach((part, names) -> {
            if (names.size() > LISTED) {
                texts.add(part + ".* (" + names.size() + ")");
            } else {
                texts.addAll(names);
            }
        });
        return aside.size() + (aside.size() == 1 ? " tensor: " : " tensors: ") + String.join(", ", texts);
    }
}
