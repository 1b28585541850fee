package org.mmcr.simulations.sphere;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.EnumSet;
import java.util.List;
import org.mmcr.data.SyntheticPictures;

/**
 * Strip that explains the drawing, from left to right: samples, the embeddings of their views, the centroids, and the
 * ellipsoid of the centroids' singular values, whose sum the objective maximises.
 */
final class Stages {
    /** Height of the strip in pixels. */
    static final int HEIGHT = 290;

    private static final List<String> NAMES = List.of("samples", "views", "centroids", "ellipsoid");
    private static final List<String> MEANINGS = List.of(
            "colours tell samples apart",
            "embedded on the sphere",
            "mean of a sample's views",
            "its axes: singular values");

    private final Graphics2D canvas;
    private final double panel;

    Stages(Graphics2D canvas, double width) {
        this.canvas = canvas;
        this.panel = width / NAMES.size();
    }

    /** Draws the stages of a snapshot in three dimensions. */
    void draw(Descent.Snapshot shown, Settings settings) {
        List<EnumSet<SphereDrawing.Part>> parts = List.of(
                EnumSet.of(SphereDrawing.Part.VIEWS),
                EnumSet.of(SphereDrawing.Part.VIEWS, SphereDrawing.Part.CENTROIDS),
                EnumSet.of(SphereDrawing.Part.CENTROIDS, SphereDrawing.Part.ELLIPSOID));
        double radius = panel * 0.42;
        for (int stage = 0; stage < NAMES.size(); stage++) {
            double x = panel * (stage + 0.5);
            caption(stage, x - radius);
            double y = 62 + radius;
            if (stage == 0) {
                pictures(settings, x - radius, y - radius, 2 * radius);
            } else {
                new SphereDrawing(canvas, x, y, radius).draw(shown.rows(), settings.views(), parts.get(stage - 1));
            }
        }
    }

    private void caption(int stage, double left) {
        canvas.setColor(Color.BLACK);
        canvas.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
        canvas.drawString((stage == 0 ? "" : "\u2192 ") + NAMES.get(stage), (float) left, 26);
        canvas.setColor(Color.DARK_GRAY);
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        canvas.drawString(MEANINGS.get(stage), (float) left, 44);
    }

    private void pictures(Settings settings, double left, double top, double size) {
        int across = (int) Math.ceil(Math.sqrt(settings.points()));
        double cell = size / across;
        canvas.setStroke(new BasicStroke(2));
        for (int sample = 0; sample < settings.points(); sample++) {
            double x = left + cell * (sample % across);
            int row = sample / across;
            double y = top + cell * row;
            int side = (int) (cell - 6);
            canvas.drawImage(
                    SyntheticPictures.picture(sample, settings.seed()), (int) x + 3, (int) y + 3, side, side, null);
            canvas.setColor(SphereDrawing.color(sample));
            canvas.draw(new Rectangle2D.Double((int) x + 2, (int) y + 2, side + 2, side + 2));
        }
    }
}
