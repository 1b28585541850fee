package org.mmcr.data.download;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A data set that its authors publish for download.
 *
 * @param name name on the command line
 * @param base address of the folder with the files, ending in a slash
 * @param files the files with their SHA-256 sums, as TensorFlow Datasets and torchvision publish them
 * @param unpacked the top folder of the only file, a gzipped TAR that is unpacked; empty for files that are used as
 *     they are
 */
public record PublicDataset(String name, URI base, List<RemoteFile> files, Optional<String> unpacked) {
    /** The known data sets. */
    public static final List<PublicDataset> ALL = List.of(
            archive(
                    "cifar10",
                    "https://www.cs.toronto.edu/~kriz/",
                    new RemoteFile(
                            "cifar-10-binary.tar.gz",
                            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
                    "cifar-10-batches-bin"),
            archive(
                    "cifar100",
                    "https://www.cs.toronto.edu/~kriz/",
                    new RemoteFile(
                            "cifar-100-binary.tar.gz",
                            "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
                    "cifar-100-binary"),
            archive(
                    "stl10",
                    "http://ai.stanford.edu/~acoates/stl10/",
                    new RemoteFile(
                            "stl10_binary.tar.gz", "f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866"),
                    "stl10_binary"),
            idx(
                    "mnist",
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            idx(
                    "fashion-mnist",
                    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            idx(
                    "kmnist",
                    "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
                    "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
                    "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
                    "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
                    "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"));

    /**
     * A file of a data set.
     *
     * @param name last part of its address, and its name on disk
     * @param sha256 SHA-256 sum of its content, 64 lower-case hexadecimal digits
     */
    public record RemoteFile(String name, String sha256) {}

    public PublicDataset {
        files = List.copyOf(files);
    }

    /** Returns the same data set at another address, such as a mirror. */
    public PublicDataset at(URI elsewhere) {
        String text = elsewhere.toString();
        return new PublicDataset(name, URI.create(text.endsWith("/") ? text : text + "/"), files, unpacked);
    }

    URI address(RemoteFile file) {
        return base.resolve(file.name());
    }

    private static PublicDataset archive(String name, String base, RemoteFile file, String folder) {
        return new PublicDataset(name, URI.create(base), List.of(file), Optional.of(folder));
    }

    private static PublicDataset idx(
            String name, String base, String pictures, String labels, String testPictures, String testLabels) {
        return new PublicDataset(
                name,
                URI.create(base),
                List.of(
                        new RemoteFile("train-images-idx3-ubyte.gz", pictures),
                        new RemoteFile("train-labels-idx1-ubyte.gz", labels),
                        new RemoteFile("t10k-images-idx3-ubyte.gz", testPictures),
                        new RemoteFile("t10k-labels-idx1-ubyte.gz", testLabels)),
                Optional.empty());
    }
}
