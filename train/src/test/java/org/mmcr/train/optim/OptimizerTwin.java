package org.mmcr.train.optim;

import java.util.Arrays;

/** Slow reference implementation of the optimisers' published update rules, for one parameter. */
final class OptimizerTwin {
    private final OptimizerSpec spec;
    private final long[] shape;
    private final double[] p;
    private final double[] first;
    private final double[] second;

    OptimizerTwin(OptimizerSpec spec, long[] shape, double[] start) {
        this.spec = spec;
        this.shape = shape.clone();
        p = start.clone();
        first = new double[p.length];
        second = new double[p.length];
    }

    double[] values() {
        return p.clone();
    }

    void step(double[] gradient, double factor, int count) {
        boolean vector = shape.length == 1;
        double[] g = gradient.clone();
        if (spec instanceof AdamSpec s) {
            addDecay(g, s.weightDecay());
            adam(g, s.learningRate() * factor, s.beta1(), s.beta2(), s.epsilon(), count);
        } else if (spec instanceof AdamWSpec s) {
            shrink(vector ? 0 : s.learningRate() * factor * s.weightDecay());
            adam(g, s.learningRate() * factor, s.beta1(), s.beta2(), s.epsilon(), count);
        } else if (spec instanceof SgdSpec s) {
            addDecay(g, s.weightDecay());
            for (int i = 0; i < p.length; i++) {
                first[i] = s.momentum() * first[i] + g[i];
                p[i] -= s.learningRate() * factor * (s.nesterov() ? g[i] + s.momentum() * first[i] : first[i]);
            }
        } else if (spec instanceof LarsSpec s) {
            lars(g, s, factor, vector);
        } else if (spec instanceof MuonSpec s) {
            if (vector) {
                adam(g, s.vectorLearningRate() * factor, s.vectorBeta1(), s.vectorBeta2(), 1e-8, count);
            } else {
                muon(g, s, factor);
            }
        }
    }

    private void addDecay(double[] g, double decay) {
        for (int i = 0; i < p.length; i++) {
            g[i] += decay * p[i];
        }
    }

    private void shrink(double fraction) {
        for (int i = 0; i < p.length; i++) {
            p[i] -= fraction * p[i];
        }
    }

    private void adam(double[] g, double rate, double beta1, double beta2, double epsilon, int count) {
        for (int i = 0; i < p.length; i++) {
            first[i] = beta1 * first[i] + (1 - beta1) * g[i];
            second[i] = beta2 * second[i] + (1 - beta2) * g[i] * g[i];
            double mean = first[i] / (1 - Math.pow(beta1, count));
            double square = second[i] / (1 - Math.pow(beta2, count));
            p[i] -= rate * mean / (Math.sqrt(square) + epsilon);
        }
    }

    private void lars(double[] g, LarsSpec s, double factor, boolean vector) {
        double trust = 1;
        if (!vector) {
            addDecay(g, s.weightDecay());
            trust = s.eta() * norm(p) / norm(g);
        }
        for (int i = 0; i < p.length; i++) {
            first[i] = s.momentum() * first[i] + trust * g[i];
            p[i] -= s.learningRate() * factor * first[i];
        }
    }

    private void muon(double[] g, MuonSpec s, double factor) {
        double[] direction = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            first[i] = s.momentum() * first[i] + (1 - s.momentum()) * g[i];
            direction[i] = s.nesterov() ? (1 - s.momentum()) * g[i] + s.momentum() * first[i] : first[i];
        }
        int rows = (int) shape[0];
        int columns = p.length / rows;
        double[] polar = newtonSchulz(direction, rows, columns, s.newtonSchulzSteps());
        double rate = s.learningRate() * factor;
        shrink(rate * s.weightDecay());
        for (int i = 0; i < p.length; i++) {
            p[i] -= rate * Math.sqrt(Math.max(1.0, (double) rows / columns)) * polar[i];
        }
    }

    /** X <- a X + b (X X^T) X + c (X X^T)^2 X. */
    private static double[] newtonSchulz(double[] m, int rows, int columns, int steps) {
        double norm = 1.02 * Math.sqrt(norm(gram(m, rows, columns)));
        double[] x = Arrays.stream(m).map(v -> v / norm).toArray();
        for (int step = 0; step < steps; step++) {
            double[] cubic = product(gram(x, rows, columns), x, rows, columns);
            double[] quintic = product(gram(x, rows, columns), cubic, rows, columns);
            for (int i = 0; i < x.length; i++) {
                double[] abc = NewtonSchulz.coefficients(step);
                x[i] = abc[0] * x[i] + abc[1] * cubic[i] + abc[2] * quintic[i];
            }
        }
        return x;
    }

    private static double[] gram(double[] x, int rows, int columns) {
        double[] gram = new double[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                for (int k = 0; k < columns; k++) {
                    gram[i * rows + j] += x[i * columns + k] * x[j * columns + k];
                }
            }
        }
        return gram;
    }

    private static double[] product(double[] square, double[] x, int rows, int columns) {
        double[] out = new double[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                for (int k = 0; k < columns; k++) {
                    out[i * columns + k] += square[i * rows + j] * x[j * columns + k];
                }
            }
        }
        return out;
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }
}
