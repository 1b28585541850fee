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
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.mmcr.data.io.AtomicFiles;

/** Writes figures as {@code NAME.png} and {@code NAME.svg}. Each file is complete or does not exist. */
public final class ChartFiles {
    private ChartFiles() {}

    /** Returns the two files of a chart. */
    public static List<Path> files(Path folder, String name) {
        return List.of(folder.resolve(name + ".png"), folder.resolve(name + ".svg"));
    }

    /** Saves a chart and returns the two file names. */
    public static List<String> save(Path folder, String name, XYChart chart) throws IOException {
        for (String format : List.of("png", "svg")) {
            write(folder.resolve(name + "." + format), out -> ChartEncoder.saveChart(chart, out, format));
        }
        return List.of(name + ".png", name + ".svg");
    }

    /** Saves what {@code painter} draws on a white background; the PNG has twice the resolution. */
    public static List<String> save(Path folder, String name, int width, int height, Consumer<Graphics2D> painter)
            throws IOException {
        int scale = 2;
        BufferedImage image = new BufferedImage(scale * width, scale * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, image.getWidth(), image.getHeight());
        canvas.scale(scale, scale);
        painter.accept(canvas);
        canvas.dispose();
        write(folder.resolve(name + ".png"), out -> ImageIO.write(image, "png", out));

        VectorGraphics2D drawing = new VectorGraphics2D();
        painter.accept(drawing);
        Document document = Processors.get("svg").getDocument(drawing.getCommands(), new PageSize(0, 0, width, height));
        write(folder.resolve(name + ".svg"), document::writeTo);
        return List.of(name + ".png", name + ".svg");
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
