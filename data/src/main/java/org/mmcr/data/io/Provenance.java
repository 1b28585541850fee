package org.mmcr.data.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The origin of the documents that this process writes: version, command, seed, inputs and machine.
 *
 * <p>A process runs one command, which calls {@link #begin} first. Every document that is written or printed afterwards
 * has the block {@value #KEY} as its last key ({@link Json#document}). A program that uses mmcr as a library and does
 * not call it gets documents without the block.
 */
public final class Provenance {
    /** Key of the block in a document. Documents of equal content differ in this key alone. */
    public static final String KEY = "provenance";

    /** A word that a shell takes as it is. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./#-]+");

    /** Bytes of a digest that a fingerprint keeps. */
    private static final int BYTES = 8;

    private static final AtomicReference<Optional<Provenance>> CURRENT = new AtomicReference<>(Optional.empty());

    /**
     * The hardware and the runtime.
     *
     * @param processor model name
     * @param cores processors that the JVM sees
     * @param jdk name and version
     */
    public record Machine(String processor, int cores, String os, String jdk) {}

    /**
     * The program and how it was called.
     *
     * @param version of mmcr
     * @param command line as typed, quoted for a shell
     * @param files locations on the command line, each a path or {@code path#part}; those that exist and are not
     *     {@linkplain Provenance#opened opened} are inputs too
     */
    public record Call(String version, String command, List<String> files, Machine machine) {
        public Call {
            files = List.copyOf(files);
        }

        /** Returns a command line that a shell reads as the given words. */
        public static String commandLine(String program, List<String> words) {
            return Stream.concat(Stream.of(program), words.stream())
                    .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
                    .collect(Collectors.joining(" "));
        }
    }

    /**
     * What a document was made from.
     *
     * @param location as given
     * @param fingerprint of the content, 16 hexadecimal digits; empty for a folder that was not opened
     */
    private record Input(
            String location,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> fingerprint) {}

    private record Block(
            String version,
            String command,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Long> seed,
            List<Input> inputs,
            String date,
            Machine machine) {}

    private final Call call;
    private Optional<Long> seed = Optional.empty();
    /** Inputs by {@link #key}. */
    private final Map<String, Input> opened = new LinkedHashMap<>();

    private final Map<String, Input> read = new LinkedHashMap<>();

    private Provenance(Call call) {
        this.call = call;
    }

    /** States the provenance of the documents that this process writes from now on. */
    public static void begin(Call call) {
        CURRENT.set(Optional.of(new Provenance(call)));
    }

    /** Adds data, or a run whose checkpoint was read, to the inputs; does nothing before {@link #begin}. */
    public static void opened(String location, String fingerprint) {
        current().ifPresent(provenance -> provenance.add(location, fingerprint));
    }

    /** States the seed that the command draws with; does nothing before {@link #begin}. */
    public static void seeded(long seed) {
        current().ifPresent(provenance -> provenance.draw(seed));
    }

    /** Adds the block to a document, replacing an older one; does nothing before {@link #begin}. */
    static void addTo(ObjectNode document) {
        current().ifPresent(provenance -> {
            document.remove(KEY);
            document.set(KEY, Json.mapper().valueToTree(provenance.block()));
        });
    }

    /** Returns the provenance in one line for a page; empty before {@link #begin}. */
    public static String line() {
        return current()
                .map(provenance -> {
                    Block block = provenance.block();
                    StringBuilder inputs = new StringBuilder();
                    block.inputs()
                            .forEach(input -> inputs.append("; ")
                                    .append(input.location())
                                    .append(input.fingerprint()
                                            .map(hex -> " (" + hex + ")")
                                            .orElse("")));
                    String drawn =
                            block.seed().map(number -> "; seed " + number).orElse("");
                    return "mmcr " + block.version() + ", " + block.date() + ": " + block.command() + drawn + inputs
                            + "; " + block.machine().processor() + ", "
                            + block.machine().jdk();
                })
                .orElse("");
    }

    private static Optional<Provenance> current() {
        return CURRENT.get();
    }

    private synchronized void add(String location, String fingerprint) {
        opened.put(key(location), new Input(location, Optional.of(fingerprint)));
    }

    private synchronized void draw(long number) {
        seed = Optional.of(number);
    }

    private synchronized Block block() {
        for (String location : call.files()) {
            String key = key(location);
            if (!opened.containsKey(key) && !read.containsKey(key)) {
                input(location).ifPresent(input -> read.put(key, input));
            }
        }
        List<Input> inputs = new ArrayList<>(opened.values());
        read.forEach((key, input) -> {
            if (!opened.containsKey(key)) {
                inputs.add(input);
            }
        });
        String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new Block(call.version(), call.command(), seed, inputs, date, call.machine());
    }

    /** Returns a text that is the same for {@code run} and {@code run/}. */
    private static String key(String location) {
        try {
            return Path.of(location).toString();
        } catch (InvalidPathException e) {
            return location;
        }
    }

    private static Optional<Input> input(String location) {
        int part = location.indexOf('#');
        try {
            Path whole = Path.of(location);
            Path path = part < 0 || Files.exists(whole) ? whole : Path.of(location.substring(0, part));
            if (location.isEmpty() || !Files.exists(path)) {
                return Optional.empty();
            }
            return Optional.of(
                    new Input(location, Files.isRegularFile(path) ? Optional.of(digest(path)) : Optional.empty()));
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // no path, or one that may not be read: the command reports it
        }
    }

    private static String digest(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
