package org.mmcr.analysis.charts;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.mmcr.data.io.Provenance;

/** A page of text, tables, charts and pictures: one HTML file that needs no network. */
public final class FigurePage {
    private static final String STYLE = """
        :root { color-scheme: light dark;
          --paper: #fcfcfa; --ink: #1d2226; --quiet: #555f68; --line: #dcdfe1; --accent: #1f6fb4 }
        @media screen and (prefers-color-scheme: dark) {
          :root { --paper: #15181b; --ink: #e6e8ea; --quiet: #a4adb5; --line: #343b41; --accent: #6cb2f0 } }
        html { background: var(--paper); color: var(--ink) }
        body { font: 16px/1.55 system-ui, sans-serif; max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem;
          overflow-wrap: anywhere }
        h1 { font-size: 1.8rem; line-height: 1.2 } h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem }
        p, main > ul:not(.pictures) { max-width: 48rem }
        .scroll { overflow-x: auto } table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
        th, td { padding: .35rem 1rem .35rem 0; text-align: right; white-space: nowrap; overflow-wrap: normal;
          border-bottom: 1px solid var(--line) }
        th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 6rem }
        thead th { color: var(--quiet); font-size: .88rem; font-weight: 400; vertical-align: bottom }
        svg { max-width: 100%; height: auto; background: #fff; border-radius: 8px }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem;
          list-style: none; padding: 0; font-size: .82rem }
        .pictures img { height: 96px; margin-right: 4px }
        @media (max-width: 480px) { .pictures { grid-template-columns: 1fr 1fr } .pictures img { height: 78px } }
        summary { cursor: pointer; color: var(--accent) } pre { overflow-x: auto }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: .87rem;
          color: var(--quiet) }
        """;

    private final StringBuilder text = new StringBuilder();

    /** Starts a page with a heading. */
    public FigurePage(String title) {
        text.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
                .append(escaped(title))
                .append("</title><style>\n")
                .append(STYLE)
                .append("</style></head><body><main>\n<h1>")
                .append(escaped(title))
                .append("</h1>\n");
    }

    /** Adds a heading. */
    public FigurePage heading(String words) {
        return element("h2", words);
    }

    /** Adds a paragraph. */
    public FigurePage paragraph(String words) {
        return element("p", words);
    }

    /** Adds a list of sentences; nothing if there are none. */
    public FigurePage list(List<String> sentences) {
        if (!sentences.isEmpty()) {
            text.append("<ul>");
            sentences.forEach(one -> element("li", one));
            text.append("</ul>\n");
        }
        return this;
    }

    /** Adds a grid of pictures. */
    public FigurePage pictures(List<Captioned> pictures) {
        text.append("<ul class=\"pictures\">");
        for (Captioned one : pictures) {
            text.append("<li>");
            one.images().forEach(this::image);
            one.lines().forEach(line -> text.append("<br>").append(escaped(line)));
            text.append("</li>\n");
        }
        text.append("</ul>\n");
        return this;
    }

    /**
     * Pictures beside each other with lines of text below.
     *
     * @param images may be empty, of files that cannot be read
     */
    public record Captioned(List<BufferedImage> images, List<String> lines) {}

    private void image(BufferedImage image) {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", jpeg);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        text.append("<img alt=\"\" src=\"data:image/jpeg;base64,")
                .append(Base64.getEncoder().encodeToString(jpeg.toByteArray()))
                .append("\">");
    }

    /** Adds text as it is laid out, folded under a title. */
    public FigurePage preformatted(String title, String words) {
        text.append("<details><summary>")
                .append(escaped(title))
                .append("</summary><pre tabindex=\"0\">")
                .append(escaped(words))
                .append("</pre></details>\n");
        return this;
    }

    /** Adds a table with a heading of its columns. */
    public FigurePage table(List<String> header, List<List<String>> rows) {
        text.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead>");
        row("th", header);
        text.append("</thead><tbody>\n");
        rows.forEach(row -> row("td", row));
        text.append("</tbody></table></div>\n");
        return this;
    }

    /** Adds a drawing that is a file {@code NAME.svg} of a folder. */
    public FigurePage drawing(Path folder, String name) throws IOException {
        String svg = Files.readString(folder.resolve(name + ".svg"));
        text.append(svg.substring(Math.max(0, svg.indexOf("<svg")))).append("\n");
        return this;
    }

    /** Returns the whole page, with the version, the command and the machine at its end. */
    public String html() {
        return text + "</main><footer>" + escaped(Provenance.line()) + "</footer></body></html>\n";
    }

    private void row(String element, List<String> cells) {
        text.append("<tr>");
        cells.forEach(
                cell -> text.append("<" + element + ">").append(escaped(cell)).append("</" + element + ">"));
        text.append("</tr>\n");
    }

    private FigurePage element(String name, String words) {
        text.append("<" + name + ">").append(escaped(words)).append("</" + name + ">\n");
        return this;
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
