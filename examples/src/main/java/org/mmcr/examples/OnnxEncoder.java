package org.mmcr.examples;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;

/** An encoder exported by {@code mmcr export --format onnx}, which computes the features of pictures. Thread-safe. */
final class OnnxEncoder implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final int resize;
    private final int size;
    private final double[] mean;
    private final double[] std;

    OnnxEncoder(Path file) throws OrtException, JsonProcessingException {
        environment.setTelemetry(false); // ONNX Runtime otherwise reports its use to its makers
        session = environment.createSession(file.toString());
        Map<String, String> metadata = session.getMetadata().getCustomMetadata();
        if (!metadata.containsKey("size")) {
            throw new IllegalArgumentException("expected the preprocessing of pictures in the metadata of " + file
                    + ", found none; export the encoder with mmcr");
        }
        resize = Integer.parseInt(metadata.get("resize"));
        size = Integer.parseInt(metadata.get("size"));
        ObjectMapper json = new ObjectMapper();
        mean = json.readValue(metadata.get("mean"), double[].class);
        std = json.readValue(metadata.get("std"), double[].class);
    }

    /** Returns the features of a picture. */
    float[] features(BufferedImage picture) throws OrtException {
        try (OnnxTensor input = OnnxTensor.createTensor(environment, new float[][][][] {prepared(picture)});
                OrtSession.Result output = session.run(Map.of("pictures", input))) {
            return ((float[][]) output.get("features").orElseThrow().getValue())[0];
        }
    }

    /** Resizes the shorter side, crops the centre and normalises: [channel][row][column]. */
    private float[][][] prepared(BufferedImage picture) {
        double scale = (double) resize / Math.min(picture.getWidth(), picture.getHeight());
        int width = (int) Math.max(resize, picture.getWidth() * scale);
        int height = (int) Math.max(resize, picture.getHeight() * scale);
        BufferedImage centre = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = centre.createGraphics();
        Image resized = picture.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING);
        pen.drawImage(resized, (size - width) / 2, (size - height) / 2, null);
        pen.dispose();
        float[][][] planes = new float[3][size][size];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int rgb = centre.getRGB(x, y);
                for (int c = 0; c < 3; c++) {
                    planes[c][y][x] = (float) (((rgb >> (16 - 8 * c) & 0xff) / 255.0 - mean[c]) / std[c]);
                }
            }
        }
        return planes;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
