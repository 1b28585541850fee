package org.mmcr.data;

/** Shapes in the plane as signed distance functions, about one unit in radius. */
enum SyntheticShape {
    DISC {
        @Override
        double distance(double x, double y, double thickness) {
            return length(x, y) - 0.85;
        }
    },
    RING {
        @Override
        double distance(double x, double y, double thickness) {
            return Math.abs(length(x, y) - 0.8) - thickness;
        }
    },
    SQUARE {
        @Override
        double distance(double x, double y, double thickness) {
            return Math.max(Math.abs(x), Math.abs(y)) - 0.75;
        }
    },
    TRIANGLE {
        @Override
        double distance(double x, double y, double thickness) {
            return Math.max(Math.abs(x) * HALF_SQRT3 + y * 0.5, -y) - 0.5;
        }
    },
    STAR {
        @Override
        double distance(double x, double y, double thickness) {
            // Mirrored into one half of one of the five points, whose tip is up.
            double foldedX = Math.abs(x);
            double foldedY = y;
            double beyond = Math.max(0, SIN_54 * foldedX - COS_54 * foldedY);
            foldedX -= 2 * beyond * SIN_54;
            foldedY += 2 * beyond * COS_54;
            beyond = Math.max(0, -SIN_54 * foldedX - COS_54 * foldedY);
            foldedX += 2 * beyond * SIN_54;
            foldedY += 2 * beyond * COS_54;
            // The edge from the tip at radius 1.1 to the notch at radius 0.42.
            double edgeX = 0.42 * COS_54;
            double edgeY = 0.42 * SIN_54 - 1.1;
            return (edgeX * (foldedY - 1.1) - edgeY * Math.abs(foldedX)) / length(edgeX, edgeY);
        }
    },
    CROSS {
        @Override
        double distance(double x, double y, double thickness) {
            double arm = thickness + 0.08;
            double longer = Math.max(Math.abs(x), Math.abs(y));
            double shorter = Math.min(Math.abs(x), Math.abs(y));
            return Math.max(longer - 0.95, shorter - arm);
        }
    },
    BARS {
        @Override
        double distance(double x, double y, double thickness) {
            double period = 0.65;
            double nearest = x - period * Math.max(-1, Math.min(1, Math.rint(x / period)));
            return Math.max(Math.abs(nearest) - thickness, Math.abs(y) - 0.85);
        }
    },
    CRESCENT {
        @Override
        double distance(double x, double y, double thickness) {
            return Math.max(length(x, y) - 0.95, 0.75 - length(x - 0.45, y));
        }
    },
    DOTS {
        @Override
        double distance(double x, double y, double thickness) {
            double low = length(Math.abs(x) - 0.65 * HALF_SQRT3, y + 0.325);
            return Math.min(low, length(x, y - 0.65)) - 0.25 - 0.5 * thickness;
        }
    },
    ZIGZAG {
        @Override
        double distance(double x, double y, double thickness) {
            double period = 1.2;
            double rise = 1.5 * Math.abs(x - period * Math.rint(x / period)) - 0.45;
            return Math.max(Math.abs(y - rise) / length(1, 1.5) - 0.8 * thickness, Math.abs(x) - 1);
        }
    };

    // Only operations that every platform rounds equally: no sine, no hypot.
    private static final double HALF_SQRT3 = Math.sqrt(3) / 2;
    private static final double COS_54 = Math.sqrt((5 - Math.sqrt(5)) / 8);
    private static final double SIN_54 = (1 + Math.sqrt(5)) / 4;

    /** Returns the distance of a point to the outline, negative inside; strokes have {@code thickness}, 0.1 to 0.2. */
    abstract double distance(double x, double y, double thickness);

    private static double length(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }
}
