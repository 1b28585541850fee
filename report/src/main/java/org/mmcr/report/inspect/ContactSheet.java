package org.mmcr.report.inspect;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.mmcr.core.JitteredSample;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.views.PictureAugmenter;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.Thumbnail;

/** A PNG contact sheet: pictures spread over a source, each beside its K views as training sees them. */
public final class ContactSheet {
    private static final int CELL = 96;
    private static final int GAP = 6;
    private static final int CAPTION = 16;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

    private final PictureSource source;
    private final List<PictureViewRecipe> recipes;
    private final int views;
    private final long seed;
    private final PictureAugmenter augmenter = new PictureAugmenter();

    /**
     * Configures a sheet.
     *
     * @param recipes cycled over the views of a picture
     * @param views K, the number of views of each picture
     */
    public ContactSheet(PictureSource source, List<PictureViewRecipe> recipes, int views, long seed) {
        this.source = source;
        this.recipes = List.copyOf(recipes);
        this.views = views;
        this.seed = seed;
    }

    /** Writes a sheet of up to {@code rows} pictures, in two columns if the sheet then stays narrower than tall. */
    public void write(Path file, int rows) throws IOException {
        int count = Math.min(rows, source.size());
        int strips = 2 * (views + 2) <= count ? 2 : 1;
        int lines = (count + strips - 1) / strips;
        int stripWidth = (views + 1) * (CELL + GAP) + 3 * GAP;
        BufferedImage sheet = new BufferedImage(
                strips * stripWidth, lines * (CELL + CAPTION + GAP) + GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = sheet.createGraphics();
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        canvas.setFont(FONT);
        canvas.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        int[] samples = JitteredSample.of(source.size(), count);
        for (int i = 0; i < count; i++) {
            row(canvas, samples[i], i / lines * stripWidth + GAP, i % lines * (CELL + CAPTION + GAP) + GAP);
        }
        canvas.dispose();
        AtomicFiles.write(file, beside -> ImageIO.write(sheet, "png", beside.toFile()));
    }

    private void row(Graphics2D canvas, int sample, int left, int top) {
        Picture picture = source.picture(sample);
        cell(canvas, Thumbnail.of(picture, CELL), left, top);
        for (int view = 0; view < views; view++) {
            // A wider gap separates the picture from its views.
            cell(canvas, view(picture, sample, view), left + (view + 1) * (CELL + GAP) + GAP, top);
        }
        canvas.setColor(Color.DARK_GRAY);
        canvas.drawString(fitting(canvas, caption(sample, picture)), left, top + CELL + CAPTION - 4);
    }

    private String caption(int sample, Picture picture) {
        String label = source.label(sample).stream()
                .mapToObj(source.classNames()::get)
                .map(name -> ", " + name)
                .findFirst()
                .orElse("");
        return source.name(sample) + label + ", " + picture.height() + " x " + picture.width();
    }

    /** Shortens a text at its start, because the end of a path is the most specific. */
    private String fitting(Graphics2D canvas, String text) {
        int width = (views + 1) * (CELL + GAP);
        String shown = text;
        while (canvas.getFontMetrics().stringWidth(shown) > width && shown.length() > 2) {
            shown = "…" + shown.substring(2);
        }
        return shown;
    }

    /** Draws an image scaled to fit its cell, with its aspect ratio kept. */
    private static void cell(Graphics2D canvas, BufferedImage image, int left, int top) {
        double scale = Math.min((double) CELL / image.getWidth(), (double) CELL / image.getHeight());
        int width = Math.max(1, (int) Math.round(scale * image.getWidth()));
        int height = Math.max(1, (int) Math.round(scale * image.getHeight()));
        canvas.drawImage(image, left + (CELL - width) / 2, top + (CELL - height) / 2, width, height, null);
    }

    private BufferedImage view(Picture picture, int sample, int view) {
        Picture seen = augmenter.augment(recipes.get(view % recipes.size()), picture, seed, 0, sample, view);
        return Thumbnail.of(seen, CELL);
    }
}
