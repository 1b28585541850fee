package org.mmcr.data.download;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A data set that its authors publish for download.
 *
 * @param name name on the command line
 * @param base address of the folder with the files, ending in a slash
 * @param files the files with the MD5 sums that their publishers give
 * @param unpacked the top folder of the only file, a gzipped TAR that is unpacked; empty for files that are used as
 *     they are
 */
public record PublicDataset(String name, URI base, List<RemoteFile> files, Optional<String> unpacked) {
    /** The known data sets. */
    public static final List<PublicDataset> ALL = List.of(
            archive(
                    "cifar10",
                    "https://www.cs.toronto.edu/~kriz/",
                    new RemoteFile("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"),
                    "cifar-10-batches-bin"),
            archive(
                    "cifar100",
                    "https://www.cs.toronto.edu/~kriz/",
                    new RemoteFile("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8"),
                    "cifar-100-binary"),
            archive(
                    "stl10",
                    "http://ai.stanford.edu/~acoates/stl10/",
                    new RemoteFile("stl10_binary.tar.gz", "91f7769df0f17e558f3565bffb0c7dfb"),
                    "stl10_binary"),
            idx(
                    "mnist",
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    "f68b3c2dcbeaaa9fbdd348bbdeb94873",
                    "d53e105ee54ea40749a09fcbcd1e9432",
                    "9fb629c4189551a2d022fa330f9573f3",
                    "ec29112dd5afa0611ce80d1b7f02629c"),
            idx(
                    "fashion-mnist",
                    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                    "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
                    "25c81989df183df01b3e8a0aad5dffbe",
                    "bef4ecab320f06d8554ea6380940ec79",
                    "bb300cfdad3c16e7a12a480ee83cd310"),
            idx(
                    "kmnist",
                    "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
                    "bdb82020997e1d708af4cf47b453dcf7",
                    "e144d726b3acfaa3e44228e80efcd344",
                    "5c965bf0a639b31b8f53240b1b52f4d7",
                    "7320c461ea6c1c855c0b718fb2a4b134"));

    /**
     * A file of a data set.
     *
     * @param name last part of its address, and its name on disk
     * @param md5 MD5 sum of its content, 32 lower-case hexadecimal digits
     */
    public record RemoteFile(String name, String md5) {}

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
