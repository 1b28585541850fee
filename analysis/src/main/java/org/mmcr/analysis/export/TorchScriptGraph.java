package org.mmcr.analysis.export;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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

    private TorchScriptGraph(
            Map<String, Tensor> attributes, StringBuilder body, String prefix, Map<String, Tensor> state) {
        this.attributes = attributes;
        this.body = body;
        this.prefix = prefix;
        this.state = state;
    }

    /** Starts an empty method. */
    static TorchScriptGraph empty() {
        return new TorchScriptGraph(new LinkedHashMap<>(), new StringBuilder(), "", Map.of());
    }

    /** Returns a view of this method that adds the lines of a network with the given tensors. */
    TorchScriptGraph of(String prefix, Map<String, Tensor> tensors) {
        return new TorchScriptGraph(attributes, body, prefix, tensors);
    }

    Map<String, Tensor> attributes() {
        return attributes;
    }

    /** Returns the source of the method, with a last line that returns {@code result}. */
    String method(String argument, String result) {
        return "def forward(self, " + argument + "):\n" + body + "    return " + result + "\n";
    }

    @Override
    public String convolution(String x, String weight, int stride, int padding) {
        return line(
                "torch.conv2d(%s, %s, None, [%d, %d], [%d, %d])", x, tensor(weight), stride, stride, padding, padding);
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
    public String globalAverage(String x) {
        return line("torch.mean(%s, [2, 3])", x);
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
        String attribute = (prefix + name).replace('.', '_'); // TorchScript names have no dots
        attributes.put(attribute, state.get(name));
        return "self." + attribute;
    }
}
