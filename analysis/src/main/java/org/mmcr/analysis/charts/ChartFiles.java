package org.mmcr.analysis.charts;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.mmcr.data.io.AtomicFiles;

/**
 * Writes figures as {@code NAME.png} in twice the resolution, {@code NAME.svg} and {@code NAME.pdf}. Text is text in all
 * but the first. Each file is complete or does not exist.
 */
public final class ChartFiles {
    private static final List<String> VECTORS = List.of("svg", "pdf");
    private static final int SCALE = 2;

    private ChartFiles() {}

    /** Returns the files of a chart. */
    public static List<Path> files(Path folder, String name) {
        return names(name).stream().map(folder::resolve).toList();
    }

    /** Saves what {@code painter} draws on a white background and returns the file names. */
    public static List<String> save(Path folder, String name, int width, int height, Consumer<Graphics2D> painter)
            throws IOException {
        BufferedImage image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, image.getWidth(), image.getHeight());
        canvas.scale(SCALE, SCALE);
        painter.accept(canvas);
        canvas.dispose();
        write(folder.resolve(name + ".png"), out -> ImageIO.write(image, "png", out));

        VectorGraphics2D drawing = new VectorGraphics2D();
        painter.accept(drawing);
        for (String format : VECTORS) {
            Document document =
                    Processors.get(format).getDocument(drawing.getCommands(), new PageSize(0, 0, width, height));
            write(folder.resolve(name + "." + format), document::writeTo);
        }
        return names(name);
    }

    private static List<String> names(String name) {
        return List.of(name + ".png", name + ".svg", name + ".pdf");
    }

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static void write(Path file, Content content) throws IOException {
        AtomicFiles.write(file, beside -> {
            try (OutputStream out = Files.newOutputStream(beside)) {
                content.writeTo(out);
            }
        });
    }
}
