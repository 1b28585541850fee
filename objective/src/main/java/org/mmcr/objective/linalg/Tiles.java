package org.mmcr.objective.linalg;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Tensor;

/**
 * Small float32 products on one core of the CPU, straight through OpenBLAS and in tiles.
 *
 * <p>OpenBLAS multiplies matrices of up to a million multiplications without packing them first, which is a quarter faster at
 * m = 128 than one large call (docs/decisions/0010).
 */
final class Tiles {
    private static final int WIDTH = 64;
    /** WIDTH x WIDTH x this stays below a million. */
    private static final int DEPTH = 240;

    private Tiles() {}

    /** left (p, k) or, turned, (k, p), right (k, q), out (p, q), all float32 and contiguous: out = keep out + factor left right. */
    static void multiply(double factor, Tensor left, boolean turned, Tensor right, float keep, Tensor out) {
        int rows = (int) out.size(0);
        int columns = (int) out.size(1);
        int inner = (int) right.size(0);
        int parts = (inner + DEPTH - 1) / DEPTH;
        int depth = (inner + parts - 1) / parts;
        FloatPointer a = left.data_ptr_float();
        FloatPointer b = right.data_ptr_float();
        FloatPointer c = out.data_ptr_float();
        for (int row = 0; row < rows; row += WIDTH) {
            for (int column = 0; column < columns; column += WIDTH) {
                for (int from = 0; from < inner; from += depth) {
                    openblas.cblas_sgemm(
                            CblasRowMajor,
                            turned ? CblasTrans : CblasNoTrans,
                            CblasNoTrans,
                            Math.min(WIDTH, rows - row),
                            Math.min(WIDTH, columns - column),
                            Math.min(depth, inner - from),
                            (float) factor,
                            a.position(turned ? (long) from * rows + row : (long) row * inner + from),
                            turned ? rows : inner,
                            b.position((long) from * columns + column),
                            columns,
                            from == 0 ? keep : 1,
                            c.position((long) row * columns + column),
                            columns);
                }
            }
        }
    }
}
