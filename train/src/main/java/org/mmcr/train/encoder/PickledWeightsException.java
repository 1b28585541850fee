package org.mmcr.train.encoder;

import java.nio.file.Path;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/** A file of weights that is a pickle of PyTorch, with the lines of Python that convert it. */
public final class PickledWeightsException extends MmcrException {
    private static final long serialVersionUID = 1;

    private final String name;

    PickledWeightsException(Path file) {
        super("expected a safetensors file of weights, found a pickle of PyTorch, which can run any code when it is"
                + " read, in " + file + "; convert it with safetensors.torch.save_file in Python:");
        name = file.getFileName().toString();
    }

    /** Three lines of Python that write a safetensors file. */
    public List<String> conversion() {
        String converted = name.replaceFirst("\\.(pt|pth|ckpt|bin)$", "") + ".safetensors";
        return List.of(
                "import torch, safetensors.torch",
                "saved = torch.load(" + Json.line(name) + ", map_location=\"cpu\", weights_only=True)",
                "safetensors.torch.save_file({k: v.clone() for k, v in saved.get(\"state_dict\", saved.get(\"model\","
                        + " saved)).items() if torch.is_tensor(v)}, " + Json.line(converted) + ")");
    }
}
