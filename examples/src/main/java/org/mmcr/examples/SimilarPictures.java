package org.mmcr.examples;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import io.javalin.Javalin;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A web service that finds the pictures of a folder that are most similar to an uploaded one. Usage:
 * {@code SimilarPictures encoder.onnx pictures/ 8080}
 */
public final class SimilarPictures implements AutoCloseable {
    private static final VectorTypeSupport VECTORS =
            VectorizationProvider.getInstance().getVectorTypeSupport();
    private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;

    private final OnnxEncoder encoder;
    private final List<String> paths = new ArrayList<>();
    private final ListRandomAccessVectorValues features;
    private final ImmutableGraphIndex index;
    private final Javalin server;

    /**
     * A similar picture.
     *
     * @param path path below the folder
     * @param similarity cosine of the features
     */
    record Match(String path, double similarity) {}

    /** Computes the features of every picture in the folder, then listens on a local port; 0 chooses a free one. */
    SimilarPictures(Path model, Path folder, int port) throws Exception {
        encoder = new OnnxEncoder(model);
        List<VectorFloat<?>> vectors = new ArrayList<>();
        for (Path file : files(folder)) {
            BufferedImage picture = ImageIO.read(file.toFile());
            if (picture != null) { // other files are skipped
                paths.add(folder.relativize(file).toString());
                vectors.add(VECTORS.createFloatVector(encoder.features(picture)));
            }
        }
        if (vectors.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected pictures that ImageIO can read in " + folder + ", found none; name another folder");
        }
        features = new ListRandomAccessVectorValues(vectors, vectors.get(0).length());
        try (GraphIndexBuilder builder = GraphIndexBuilder.builder(features, COSINE, 16)
                .withBeamWidth(100)
                .withNeighborOverflow(1.2f)
                .withAlpha(1.2f)
                .build()) {
            index = builder.build(features);
        }
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.post("/", this::answer);
        });
        server.start("127.0.0.1", port);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: SimilarPictures ENCODER.onnx FOLDER PORT");
            System.exit(2);
        }
        SimilarPictures service =
                new SimilarPictures(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        System.out.println("ready; for example: curl -F image=@x.jpg http://127.0.0.1:" + service.port() + "/");
    }

    int port() {
        return server.port();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void answer(Context context) throws Exception {
        int count = context.queryParamAsClass("count", Integer.class).getOrDefault(5);
        if (count < 1 || count > 100) {
            throw new BadRequestResponse("expected a count of 1 to 100, found " + count);
        }
        VectorFloat<?> asked = VECTORS.createFloatVector(encoder.features(uploaded(context)));
        context.json(Arrays.stream(GraphSearcher.search(asked, count, features, COSINE, index, Bits.ALL)
                        .getNodes())
                .map(found -> new Match(paths.get(found.node), 2 * found.score - 1)) // the score is (1 + cosine) / 2
                .toList());
    }

    private static BufferedImage uploaded(Context context) throws IOException {
        UploadedFile file = context.uploadedFile("image");
        if (file == null) {
            throw new BadRequestResponse(
                    "expected a picture in the form's field 'image', found none; for example curl -F image=@x.jpg");
        }
        BufferedImage picture = ImageIO.read(file.content());
        if (picture == null) {
            throw new BadRequestResponse("expected a picture that ImageIO can read, found " + file.filename()
                    + "; convert it to JPEG or PNG");
        }
        return picture;
    }

    @Override
    public void close() throws Exception {
        server.stop();
        encoder.close();
    }
}
