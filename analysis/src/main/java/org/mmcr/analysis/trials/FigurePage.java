package org.mmcr.analysis.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mmcr.data.io.Provenance;

/** A page of text, tables and charts: one HTML file that needs no network. */
public final class FigurePage {
    private static final String STYLE = """
        :root { color-scheme: light dark }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em;
          overflow-wrap: anywhere }
        .scroll { overflow-x: auto } table { border-collapse: collapse; margin: 1em 0 }
        th, td { padding: .25em .8em; text-align: right; white-space: nowrap; overflow-wrap: normal }
        th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 5em }
        tr:nth-child(even) { background: #8882 }
        thead th { border-bottom: 2px solid #888 } svg { max-width: 100%; height: auto; background: #fff }
        summary { cursor: pointer } pre { overflow-x: auto } footer { margin-top: 2em; font-size: .87em }
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
