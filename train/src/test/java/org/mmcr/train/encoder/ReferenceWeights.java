package org.mmcr.train.encoder;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Weights and inputs by the formula in {@code reference/encoders/make.py}, so that no file of weights is needed. */
final class ReferenceWeights {
    private static final double GOLDEN = 0.6180339887498949;
    private static final double PLASTIC = 0.7548776662466927;
    private static final Set<String> TOKENS = Set.of(
            "cls_token",
            "pos_embed",
            "mask_token",
            "reg_token",
            "register_tokens",
            "position_embeddings",
            "class_token",
            "pos_embedding",
            "dist_token");

    private ReferenceWeights() {}

    /** Shape of every tensor by name, from a file with one name, shape and type on a line. */
    static Map<String, List<Long>> shapes(Path list) throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (String line : Files.readAllLines(list)) {
            String name = line.substring(0, line.indexOf(' '));
            String sides = line.substring(line.indexOf('[') + 1, line.indexOf(']'));
            List<Long> shape = new ArrayList<>();
            for (String side : sides.isBlank() ? new String[0] : sides.split(", ")) {
                shape.add(Long.parseLong(side));
            }
            shapes.put(name, shape);
        }
        return shapes;
    }

    /** Fills a live float32 tensor with the weights of the library's tensor {@code name}. */
    static void fill(Tensor tensor, String name, List<Long> shape) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor values = torch.empty(shape.stream().mapToLong(Long::longValue).toArray());
            FloatBuffer buffer =
                    new FloatPointer(values.data_ptr()).capacity(values.numel()).asBuffer();
            CRC32 crc = new CRC32();
            crc.update(name.getBytes(StandardCharsets.UTF_8));
            double offset = crc.getValue() / 4294967296.0;
            int count = Math.toIntExact(values.numel());
            Kind kind = Kind.of(name, shape.size());
            double range = Math.sqrt(3.0 / (shape.isEmpty() ? 1 : (double) count / shape.get(0)));
            for (int i = 0; i < count; i++) {
                double x = (i + 1) * GOLDEN + offset;
                buffer.put(i, (float) kind.value(x - Math.floor(x), range));
            }
            tensor.copy_(values);
        }
    }

    /** The input (count, 3, size, size). */
    static Tensor input(int size, int count) {
        float[] values = new float[count * 3 * size * size];
        for (int i = 0; i < values.length; i++) {
            double x = (i + 1) * PLASTIC;
            values[i] = (float) (2 * (x - Math.floor(x)) - 1);
        }
        return torch.tensor(values).view(count, 3, size, size);
    }

    private enum Kind {
        TOKEN,
        MATRIX,
        VARIANCE,
        SCALE,
        SHIFT;

        static Kind of(String name, int rank) {
            if (TOKENS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                return TOKEN;
            }
            if (rank >= 2) {
                return MATRIX;
            }
            if (name.endsWith("running_var")) {
                return VARIANCE;
            }
            return name.endsWith("weight") || name.endsWith("gamma") || name.endsWith("lambda1") ? SCALE : SHIFT;
        }

        double value(double u, double range) {
            return switch (this) {
                case TOKEN, SHIFT -> 0.2 * u - 0.1;
                case MATRIX -> (2 * u - 1) * range;
                case VARIANCE -> 0.5 + u;
                case SCALE -> 0.8 + 0.4 * u;
            };
        }
    }
}
