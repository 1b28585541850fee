package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

/** Layouts of public data beside the usual ones: axes in another order, names without extension, odd separators. */
class OtherLayoutsTest {
    @TempDir
    Path folder;

    @Test
    void npyWithChannelsFirst_hasTheColoursOfItsPlanes() throws IOException {
        byte[] planes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};
        for (String shape : List.of("(2, 3, 2, 2)", "(1, 3, 4, 2)")) {
            try (PictureSource source = pictures("x.npy", shape, planes)) {
                Picture first = source.picture(0);
                assertThat(first.width()).isEqualTo(2);
                int plane = 2 * first.height();
                assertThat(TestFiles.pixel(first, 1, 1))
                        .as(shape)
                        .isEqualTo(planes[3] << 16 | planes[plane + 3] << 8 | planes[2 * plane + 3]);
            }
        }
        try (PictureSource grey = pictures("x.npy", "(3, 1, 2, 2)", new byte[12])) {
            assertThat(grey.size()).isEqualTo(3);
        }
    }

    @Test
    void npyWithAlpha_isBlendedWithWhite() throws IOException {
        byte[] rgba = {10, 20, 30, (byte) 255, 10, 20, 30, 0, 0, 0, 0, (byte) 0x80};
        try (PictureSource source = pictures("x.npy", "(1, 1, 3, 4)", rgba)) {
            Picture picture = source.picture(0);
            assertThat(IntStream.range(0, 3).map(x -> TestFiles.pixel(picture, 0, x)))
                    .containsExactly(0x0a141e, 0xffffff, 0x7f7f7f);
            assertThat(source.mode(0)).isEqualTo("RGB with alpha");
        }
    }

    @Test
    void picturesOfFloats_sayHowToSaveThem() throws IOException {
        byte[] file = DataFormatsTest.npy("<f4", "(1, 2, 2, 3)", new byte[48]);
        Path npy = Files.write(folder.resolve("f.npy"), file);
        Path npz = TestFiles.zip(folder.resolve("f.npz"), Map.of("x.npy", file));
        for (Path path : List.of(npy, npz)) {
            assertThatThrownBy(() -> DataSources.open(path.toString(), DataOptions.defaults()))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("(1, 2, 2, 3) float32")
                    .hasMessageContaining("(255 * x).round().astype('uint8')");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void csvWithoutHeader_withASeparatorAtTheEndOfEachRow_hasNoColumnMore(String separator) throws IOException {
        String text = "1,2,3,\n4,5,6,\n".replace(",", separator);
        Path file = Files.writeString(folder.resolve("x.csv"), text);
        try (VectorSource source = table(file)) {
            assertThat(source.columns()).isEqualTo(3);
            assertThat(source.value(1, 2)).isEqualTo(6);
        }
    }

    @Test
    void csvWithoutHeader_withANumberInTheLastColumn_keepsIt() throws IOException {
        Path file = Files.writeString(folder.resolve("x.csv"), "1,2,\n4,5,6\n");
        assertThatThrownBy(() -> table(file))
                .hasMessageContaining("row 1, column 3")
                .hasMessageContaining("--missing mean");
    }

    /** Kaggle's lists name pictures without extension and lie beside their folder. */
    @Test
    void listOfImageIds_findsThePicturesByAnyExtension() throws IOException {
        TestFiles.folder(
                folder,
                Map.of(
                        "p/0a1b.jpg", TestFiles.picture(10, "png"),
                        "p/2c3d.png", TestFiles.picture(20, "png"),
                        "p/4e5a.JPG", TestFiles.picture(30, "png")));
        Path list = Files.writeString(
                folder.resolve("train.csv"), "image_id,label\n0a1b,cat\n2c3d,dog\n4e5a,dog\ngone,cat\n");
        try (PictureSource source = DataSources.pictures(list + "#p", DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("0a1b", "2c3d", "4e5a");
            assertThat(source.classNames()).containsExactly("cat", "dog");
            assertThat(source.broken()).extracting(BrokenPicture::name).containsExactly("gone");
        }
        assertThatThrownBy(() -> DataSources.open(list.toString(), DataOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found none of 4, the first is 0a1b; name the folder of the pictures")
                .hasMessageContaining("train.csv#folder");
        Path numbers = Files.writeString(folder.resolve("features.csv"), "image_id,a\n1,2\n2,4\n");
        try (VectorSource source = table(numbers)) {
            assertThat(source.columns()).isEqualTo(2);
        }
    }

    /** Numbers are names of pictures where there is such a picture. */
    @Test
    void listOfNumericImageIds_findsThePictures() throws IOException {
        TestFiles.folder(
                folder, Map.of("1.jpg", TestFiles.picture(10, "png"), "p/2.png", TestFiles.picture(20, "png")));
        Path list = Files.writeString(folder.resolve("train.csv"), "image_id,label\n1,0\n2,1\n");
        try (PictureSource source = DataSources.pictures(list.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("1");
            assertThat(source.broken()).extracting(BrokenPicture::name).containsExactly("2");
        }
        Files.writeString(list, "image_id,label\n2,0\n");
        try (PictureSource source = DataSources.pictures(list + "#p", DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("2");
        }
    }

    /** Texts beside the pictures of a shard are captions, as in LAION; classes are in .cls and .json. */
    @Test
    void shard_labelsOfJsonLists_andTextsAsCaptions() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("0.png", TestFiles.picture(10, "png"));
        files.put("0.json", "{\"cls\": [3]}".getBytes(StandardCharsets.UTF_8));
        files.put("0.txt", "a dog".getBytes(StandardCharsets.UTF_8));
        files.put("readme.txt", "notes".getBytes(StandardCharsets.UTF_8));
        Path shard = Files.write(folder.resolve("a.tar"), TestFiles.tar(files));
        try (PictureSource source = DataSources.pictures(shard.toString(), DataOptions.defaults())) {
            assertThat(source.classNames()).containsExactly("3");
        }
        assertThat(WebDataset.captions(new TarTree(shard, ""))).containsExactly("0.txt");
    }

    private PictureSource pictures(String name, String shape, byte[] items) throws IOException {
        Path file = Files.write(folder.resolve(name), DataFormatsTest.npy("|u1", shape, items));
        return DataSources.pictures(file.toString(), DataOptions.defaults());
    }

    private static VectorSource table(Path file) {
        return (VectorSource) DataSources.open(file.toString(), DataOptions.defaults());
    }
}
