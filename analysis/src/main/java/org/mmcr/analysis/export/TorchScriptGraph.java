package org.mmcr.analysis.export;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.Graph;

/** Writes networks as the body of a TorchScript method, one line per operation; values are names of variables. */
final class TorchScriptGraph implements Graph<String> {
    /** Tensors by attribute of the module. */
    private final Map<String, Tensor> attributes;

    private final StringBuilder body;
    private final String prefix;
    private final Map<String, Tensor> state;
    private final int pictureSide;

    private TorchScriptGraph(
            Map<String, Tensor> attributes, StringBuilder body, String prefix, Map<String, Tensor> state, int side) {
        this.attributes = attributes;
        this.body = body;
        this.prefix = prefix;
        this.state = state;
        pictureSide = side;
    }

    /** Starts an empty method for pictures of a side in pixels; 0 for vectors. */
    static TorchScriptGraph empty(int pictureSide) {
        return new TorchScriptGraph(new LinkedHashMap<>(), new StringBuilder(), "", Map.of(), pictureSide);
    }

    /** Returns a view of this method that adds the lines of a network with the given tensors. */
    TorchScriptGraph of(String prefix, Map<String, Tensor> tensors) {
        return new TorchScriptGraph(attributes, body, prefix, tensors, pictureSide);
    }

    Map<String, Tensor> attributes() {
        return attributes;
    }

    /** Returns the source of the method, with a last line that returns {@code result}. */
    String method(String argument, String result) {
        return "def forward(self, " + argument + "):\n" + body + "    return " + result + "\n";
    }

    @Override
    public String convolution(String x, String weight, Optional<String> bias, int stride, int padding, int groups) {
        return line(
                "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], %d)",
                x, tensor(weight), bias.map(this::tensor).orElse("None"), stride, stride, padding, padding, groups);
    }

    @Override
    public String linear(String x, String weight) {
        return line("torch.linear(%s, %s)", x, tensor(weight));
    }

    /** Adds a linear layer with a bias. */
    String linear(String x, String weight, String bias) {
        return line("torch.linear(%s, %s, %s)", x, tensor(weight), tensor(bias));
    }

    @Override
    public String positionwiseLinear(String x, String weight, String bias) {
        return linear(x, weight, bias);
    }

    @Override
    public String batchNorm(String x, String name, double epsilon) {
        return line(
                "torch.batch_norm(%s, %s, %s, %s, %s, False, 0.0, %s, False)",
                x,
                tensor(name + ".weight"),
                tensor(name + ".bias"),
                tensor(name + ".running_mean"),
                tensor(name + ".running_var"),
                String.format(Locale.ROOT, "%e", epsilon));
    }

    @Override
    public String activation(String x, Activation function) {
        return switch (function) {
            case RELU -> line("torch.relu(%s)", x);
            case SILU -> line("torch.silu(%s)", x);
            case GELU -> line("torch.gelu(%s)", x);
            case QUICK_GELU -> line("%s * torch.sigmoid(%s * %s)", x, x, Activation.QUICK_GELU_FACTOR);
        };
    }

    @Override
    public String maxPool(String x, int side, int stride, int padding) {
        return line(
                "torch.max_pool2d(%s, [%d, %d], [%d, %d], [%d, %d])", x, side, side, stride, stride, padding, padding);
    }

    @Override
    public String averagePool(String x, int side) {
        return line("torch.avg_pool2d(%s, [%d, %d], [%d, %d], [0, 0], True)", x, side, side, side, side);
    }

    @Override
    public String add(String x, String y) {
        return line("torch.add(%s, %s)", x, y);
    }

    @Override
    public String concatenated(String x, String y) {
        return line("torch.cat([%s, %s], 1)", x, y);
    }

    @Override
    public String globalAverage(String x) {
        return line("torch.mean(%s, [2, 3])", x);
    }

    @Override
    public String halfAverages(String x) {
        String rows = line("(%s.size(2) + 1) // 2", x);
        String upper = globalAverage(line("%s.narrow(2, 0, %s)", x, rows));
        String lower = globalAverage(line("%s.narrow(2, %s.size(2) - %s, %s)", x, x, rows, rows));
        return concatenated(upper, lower);
    }

    @Override
    public String layerNorm(String x, String name, double epsilon) {
        String weight = tensor(name + ".weight");
        return line(
                "torch.layer_norm(%s, %s.shape, %s, %s, %s, False)",
                x, weight, weight, tensor(name + ".bias"), String.format(Locale.ROOT, "%e", epsilon));
    }

    @Override
    public String scale(String x, String name) {
        return line("%s * %s.view(-1)", x, tensor(name));
    }

    @Override
    public String channelsLast(String x) {
        return line("%s.permute(0, 2, 3, 1)", x);
    }

    @Override
    public String channelsFirst(String x) {
        return line("%s.permute(0, 3, 1, 2)", x);
    }

    @Override
    public String tokens(String x) {
        return line("%s.flatten(2).transpose(1, 2)", x);
    }

    @Override
    public String prepend(String x, String name) {
        String rows = line("%s.view(1, -1, %s.size(2)).expand(%s.size(0), -1, -1)", tensor(name), x, x);
        return line("torch.cat([%s, %s], 1)", rows, x);
    }

    @Override
    public String addConstant(String x, String name, Tensor values) {
        return line("%s + %s", x, tensor(name, values));
    }

    @Override
    public String columns(String x, int from, int to) {
        return line("%s.narrow(-1, %d, %d)", x, from, to - from);
    }

    @Override
    public String attention(String q, String k, String v, int heads, int headWidth) {
        String mixed = line(
                "torch.scaled_dot_product_attention(%s, %s, %s)",
                byHead(q, heads, headWidth), byHead(k, heads, headWidth), byHead(v, heads, headWidth));
        return line("%s.transpose(1, 2).flatten(2)", mixed);
    }

    private String byHead(String x, int heads, int headWidth) {
        return line("%s.unflatten(2, [%d, %d]).transpose(1, 2)", x, heads, headWidth);
    }

    @Override
    public String firstToken(String x) {
        return line("%s.select(1, 0)", x);
    }

    @Override
    public String meanToken(String x, int from, int end) {
        return end == Integer.MAX_VALUE
                ? line("%s.narrow(1, %d, %s.size(1) - %d).mean([1])", x, from, x, from)
                : line("%s.narrow(1, %d, %d).mean([1])", x, from, end - from);
    }

    @Override
    public int pictureSide() {
        return pictureSide;
    }

    String softmax(String x) {
        return line("torch.softmax(%s, 1)", x);
    }

    private String line(String form, Object... values) {
        String name = "v" + body.chars().filter(c -> c == '\n').count();
        body.append("    ")
                .append(name)
                .append(" = ")
                .append(String.format(Locale.ROOT, form, values))
                .append('\n');
        return name;
    }

    private String tensor(String name) {
        return tensor(name, state.get(name));
    }

    private String tensor(String name, Tensor values) {
        String attribute = (prefix + name).replace('.', '_'); // TorchScript names have no dots
        attributes.put(attribute, values);
        return "self." + attribute;
    }
}
