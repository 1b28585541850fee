package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Provenance;

/** Result of a command line run inside the test's JVM. */
record CliRun(int code, String out, String err) {
    /** Folder in which commands of the tests keep features, in place of the user's cache. */
    static final Path CACHE = Path.of(
            System.getProperty("java.io.tmpdir"),
            "mmcr-test-" + ProcessHandle.current().pid());

    static {
        System.setProperty(FeatureCache.FOLDER, CACHE.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(CliRun::deleteCache, "mmcr-test-cache"));
    }

    private static void deleteCache() {
        try {
            AtomicFiles.deleteTree(CACHE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CliRun mmcr(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), OptionalInt.empty());
        String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
        int code = Mmcr.run(new CommandContext(terminal, new Interrupts()), words);
        return new CliRun(code, out.toString(), err.toString());
    }

    /** Parses stdout, which must be exactly one JSON document with a provenance, and leaves that out. */
    JsonNode json() {
        ObjectNode document = document();
        assertThat(document.remove(Provenance.KEY)).as("provenance").isNotNull();
        return document;
    }

    /** The provenance of the document on stdout. */
    JsonNode provenance() {
        return document().path(Provenance.KEY);
    }

    private ObjectNode document() {
        assertThat(code).as(err).isZero();
        ObjectMapper mapper = new ObjectMapper();
        try (JsonParser parser = mapper.createParser(out)) {
            JsonNode document = mapper.readTree(parser);
            assertThat(document).isNotNull();
            assertThat(parser.nextToken()).as("text after the JSON document").isNull();
            return (ObjectNode) document;
        } catch (IOException e) {
            throw new AssertionError("stdout is not JSON: " + out, e);
        }
    }

    /** Asserts a failure with one line on stderr and nothing on stdout. */
    CliRun assertFailsWithOneLine(String... parts) {
        assertThat(code).as(err).isEqualTo(ExitCode.FAILED);
        assertThat(out).isEmpty();
        assertThat(err.lines()).hasSize(1);
        assertThat(err).startsWith("mmcr: ").contains(parts);
        return this;
    }

    /** Asserts a wrong use: one line that names it and one that names the help, and nothing on stdout. */
    CliRun assertIsWrongUsage(String... parts) {
        assertThat(code).as(err).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(out).isEmpty();
        assertThat(err.lines()).hasSize(2);
        assertThat(err).startsWith("mmcr: ").contains(parts).contains("See: mmcr ");
        return this;
    }

    static Path shared() {
        return Path.of(System.getProperty("mmcr.shared", "../../shared"));
    }
}
