package org.mmcr.report.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.Machine;
import org.mmcr.train.run.RunDirectory;

/**
 * The page that shows a run, compares several, or shows a measurement. It is one HTML file that needs no network. The
 * same documents give the same page.
 */
public final class ReportPage {
    private static final List<String> SCRIPTS =
            List.of("dom.js", "charts.js", "training.js", "measures.js", "pictures.js", "compare.js", "page.js");
    private static final ObjectMapper MAPPER = Json.mapper();

    private ReportPage() {}

    /**
     * Writes {@code report.html} into a run's folder, or into one that analyze, capacity or simulate wrote.
     *
     * @return where the page is
     * @throws MmcrException if the folder holds nothing to show
     */
    public static Path write(Path folder) {
        requireFolder(folder);
        return write(List.of(folder), RunDirectory.ofAnother(folder).report());
    }

    /**
     * Writes one page, which compares the folders if there are several, into another folder, which is created if
     * needed.
     */
    public static Path of(List<Path> folders, Path out) {
        folders.forEach(ReportPage::requireFolder);
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw failed(out, e);
        }
        return write(folders, RunDirectory.ofAnother(out).report());
    }

    private static Path write(List<Path> folders, Path page) {
        try {
            AtomicFiles.writeText(page, html(document(folders)));
            return page;
        } catch (IOException e) {
            throw failed(page, e);
        }
    }

    private static ObjectNode document(List<Path> folders) throws IOException {
        ObjectNode document = MAPPER.createObjectNode().put("mmcr", Machine.mmcrVersion());
        ArrayNode entries = document.putArray("entries");
        for (Path folder : folders) {
            ObjectNode entry = RunDocument.read(folder);
            if (folders.size() > 1) {
                // A comparison shows numbers; pictures would make it large.
                entry.remove("picture_sample");
            }
            entries.add(entry);
        }
        return document;
    }

    private static String html(ObjectNode document) throws IOException {
        String scripts = SCRIPTS.stream().map(ReportPage::resource).collect(Collectors.joining("\n"));
        return resource("page.html")
                .replace("{{styles}}", uplot("uPlot.min.css") + "\n" + resource("page.css"))
                .replace("{{uplot}}", uplot("uPlot.iife.min.js"))
                .replace("{{scripts}}", scripts)
                .replace("{{json}}", InlineJson.of(document));
    }

    private static String uplot(String file) {
        return resource(WebJars.path("uplot", "dist/" + file));
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Checks that a folder exists.
     *
     * @throws MmcrException if it does not
     */
    public static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new MmcrException("expected the folder of a run or a measurement, found "
                    + (Files.exists(folder) ? "the file " : "nothing at ") + folder
                    + "; give the folder that was named by --out");
        }
    }

    private static MmcrException failed(Path file, IOException e) {
        return FileFailure.exception("to write " + file, e, "check the folders and the space left");
    }
}
