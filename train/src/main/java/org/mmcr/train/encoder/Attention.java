package org.mmcr.train.encoder;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.train.encoder.AdapterSpec.Part;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Multi-head self-attention with its output projection: (B, T, D) -> (B, T, D). Queries, keys and values come from one
 * linear layer of 3 D outputs or from three, as the library's tensors are.
 *
 * @param inputs one layer for all, or one each for queries, keys and values
 * @param causal whether a token attends to itself and those before it alone
 */
record Attention(List<Layer> inputs, Layer projection, int width, int heads, boolean causal) implements Layer {
    /** Tokens above which scores of all heads take too much memory. */
    private static final long LONG = 512;

    static Attention of(TransformerBlocks blocks, String at) {
        TransformerNames names = blocks.names();
        ParameterTable table = blocks.table();
        int width = blocks.width();
        List<Layer> inputs = names.fused().isEmpty()
                ? Stream.of(names.query(), names.key(), names.value())
                        .map(name -> TokenLayers.adaptable(table, Part.QKV, at + name, width, width))
                        .toList()
                : List.of(TokenLayers.adaptableOf(
                        table, Part.QKV, at + names.fused() + "weight", at + names.fused() + "bias", width, 3 * width));
        Layer projection = TokenLayers.adaptable(table, Part.OUTPUT, at + names.projection(), width, width);
        return new Attention(inputs, projection, width, blocks.heads(), blocks.causal());
    }

    @Override
    public Tensor forward(Tensor x) {
        List<Tensor> three = inputs.size() == 1
                ? parts(inputs.get(0).forward(x))
                : inputs.stream().map(input -> input.forward(x)).toList();
        Tensor mixed = mix(byHead(three.get(0)), byHead(three.get(1)), byHead(three.get(2)));
        return projection.forward(mixed.transpose(1, 2).reshape(x.size(0), x.size(1), width));
    }

    /**
     * softmax(q k^T / sqrt(d)) v for (B, heads, T, d). On a processor, libtorch's own function multiplies bfloat16
     * without vectors, many times slower than the products here; these hold T x T scores of each head, so long
     * sequences are mixed in float32 instead.
     */
    private Tensor mix(Tensor q, Tensor k, Tensor v) {
        if (causal) {
            return torch.scaled_dot_product_attention(
                    q, k, v, new TensorOptional(), 0, true, new DoubleOptional(), false);
        }
        if (!q.is_cpu() || q.scalar_type().intern() != ScalarType.BFloat16) {
            return torch.scaled_dot_product_attention(q, k, v);
        }
        if (q.size(2) > LONG) {
            try (Precision.Scope exact = Precision.FP32.autocast()) {
                return torch.scaled_dot_product_attention(
                                q.to(ScalarType.Float), k.to(ScalarType.Float), v.to(ScalarType.Float))
                        .to(ScalarType.BFloat16);
            }
        }
        Tensor scores =
                flat(q).mul(new Scalar(1 / Math.sqrt((double) q.size(3)))).bmm(flat(k).transpose(1, 2));
        return scores.softmax(-1, new ScalarTypeOptional()).bmm(flat(v)).view(q.sizes());
    }

    /** (B, heads, T, d) -> (B * heads, T, d), contiguous. */
    private static Tensor flat(Tensor x) {
        return x.reshape(-1, x.size(2), x.size(3));
    }

    private List<Tensor> parts(Tensor all) {
        return List.of(all.narrow(2, 0, width), all.narrow(2, width, width), all.narrow(2, 2L * width, width));
    }

    /** (B, T, D) -> (B, heads, T, D / heads). */
    private Tensor byHead(Tensor x) {
        return x.view(x.size(0), x.size(1), heads, width / heads).transpose(1, 2);
    }

    @Override
    public <V> V describe(Graph<V> graph, V x) {
        if (causal) {
            throw new IllegalStateException("graphs have no causal attention");
        }
        List<V> three;
        if (inputs.size() == 1) {
            V all = inputs.get(0).describe(graph, x);
            three = List.of(
                    graph.columns(all, 0, width),
                    graph.columns(all, width, 2 * width),
                    graph.columns(all, 2 * width, 3 * width));
        } else {
            three = inputs.stream().map(input -> input.describe(graph, x)).toList();
        }
        V mixed = graph.attention(three.get(0), three.get(1), three.get(2), heads, width / heads);
        return projection.describe(graph, mixed);
    }
}
