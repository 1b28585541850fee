package org.mmcr.data;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Describes files beside pictures that are not read, by extension. */
final class Unread {
    /**
     * Pictures in formats that are not read: common and rare ones, raw ones of cameras, drawings, those of medicine,
     * astronomy and microscopy, and videos. A list, because a name alone does not tell a picture from the texts that
     * lie beside pictures.
     */
    private static final Set<String> PICTURES = Set.of("""
            heic heif hif avif jxl jp2 j2k j2c jpc jpf jpx jpm jxr wdp hdp mpo flif qoi apng mng
            psd psb xcf kra tga ico icns cur pcx dds
            pgm ppm pnm pbm pam pfm exr hdr sgi ras xbm xpm wbmp bpg raw img
            dng cr2 cr3 crw nef nrw arw srf sr2 orf raf rw2 rwl pef srw x3f 3fr fff iiq mrw mef mos erf dcr kdc k25 gpr
            svg svgz eps ai emf wmf
            dcm dicom nii nrrd mha mhd mrc fits fit fts svs ndpi mrxs scn vsi czi lif nd2
            mp4 m4v mov avi mkv webm mpg mpeg wmv
            """.strip().split("\\s+", -1));
    /** Archives and tables. */
    private static final Set<String> DATA = Set.of(
            "zip", "tar", "tgz", "gz", "bz2", "xz", "zst", "7z", "rar", "parquet", "npy", "npz", "h5", "hdf5", "pkl",
            "mat", "bin");
    /** Labels of pictures in WebDataset shards. */
    private static final String LABEL = "cls";

    private Unread() {}

    /**
     * Returns what is left out as {@code 3 .heic, 1 .zip (first images.zip)}, or an empty text, and where labels
     * are read if there are {@code .cls} files. Texts, lists and files without extension are not mentioned.
     */
    static String describe(List<FileTree.Entry> files) {
        List<FileTree.Entry> other = files.stream()
                .filter(file -> !PictureDecoder.isPicture(file.name()))
                .filter(file -> PICTURES.contains(extension(file))
                        || DATA.contains(extension(file))
                        || extension(file).equals(LABEL))
                .toList();
        if (other.isEmpty()) {
            return "";
        }
        boolean labels = other.stream().anyMatch(file -> extension(file).equals(LABEL));
        return counts(other) + " (first " + other.get(0).name() + ")"
                + (labels ? "; labels in .cls files are read in TAR shards alone, here class folders are" : "");
    }

    /** Returns the pictures in formats that are not read as {@link #describe} does. */
    static String describePictures(List<FileTree.Entry> files) {
        return describe(files.stream()
                .filter(file -> PICTURES.contains(extension(file)))
                .toList());
    }

    /** Returns the numbers of files by extension, the most frequent first; "no files" if there are none. */
    static String counts(List<FileTree.Entry> files) {
        Map<String, Long> extensions = files.stream()
                .map(Unread::extension)
                .map(extension -> extension.isEmpty() ? "without extension" : "." + extension)
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        return files.isEmpty()
                ? "no files"
                : extensions.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(5)
                        .map(one -> one.getValue() + " " + one.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static String extension(FileTree.Entry file) {
        String name = FileTree.lastName(file.name());
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
