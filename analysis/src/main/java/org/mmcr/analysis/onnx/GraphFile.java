package org.mmcr.analysis.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;

/** The protocol buffer of an ONNX file, and the files beside it that hold its weights. */
final class GraphFile {
    /** Largest graph that is parsed for names of other files; larger ones have their weights inside. */
    private static final long LARGEST_WITHOUT_WEIGHTS = 64L << 20;

    private GraphFile() {}

    /**
     * Reads a graph with all its weights.
     *
     * @throws MmcrException if they do not fit into one protocol buffer of 2 GB, or a file of weights is missing
     */
    static ModelProto whole(Path file) {
        ModelProto.Builder model = parse(file).toBuilder();
        long bytes = 0;
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                ByteString content = external(file, tensor);
                bytes += content.size();
                if (bytes > Integer.MAX_VALUE - (64 << 20)) {
                    throw new MmcrException("expected at most 2 GB of weights for one ONNX file, found more in " + file
                            + "; use a smaller encoder");
                }
                tensor.clearExternalData().clearDataLocation().setRawData(content);
            }
        }
        return model.build();
    }

    private static ByteString external(Path file, TensorProto.Builder tensor) {
        Map<String, String> place = tensor.getExternalDataList().stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
        Path weights = beside(file, place.getOrDefault("location", ""));
        try (FileChannel channel = FileChannel.open(weights)) {
            long offset = Long.parseLong(place.getOrDefault("offset", "0"));
            long length = Long.parseLong(place.getOrDefault("length", String.valueOf(channel.size() - offset)));
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(length));
            while (content.hasRemaining() && channel.read(content, offset + content.position()) >= 0) {}
            return ByteString.copyFrom(content.flip());
        } catch (IOException e) {
            throw FileFailure.exception("the weights of " + file + " in " + weights, e, "put the file there");
        }
    }

    private static Path beside(Path file, String location) {
        return file.toAbsolutePath().resolveSibling(location);
    }

    private static ModelProto parse(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return ModelProto.parseFrom(in);
        } catch (IOException e) {
            throw FileFailure.exception("an ONNX graph in " + file, e, "fetch it again");
        }
    }

    /** Returns the file of a graph and those with its weights. */
    static List<Path> files(Path file) {
        List<Path> files = new ArrayList<>(List.of(file));
        try {
            if (Files.size(file) <= LARGEST_WITHOUT_WEIGHTS) {
                parse(file).getGraph().getInitializerList().stream()
                        .flatMap(tensor -> tensor.getExternalDataList().stream())
                        .filter(entry -> entry.getKey().equals("location"))
                        .map(StringStringEntryProto::getValue)
                        .distinct()
                        .sorted()
                        .forEach(location -> files.add(beside(file, location)));
            }
            return files;
        } catch (IOException e) {
            throw FileFailure.exception("to read " + file, e, "check that it exists");
        }
    }
}
