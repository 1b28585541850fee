package org.mmcr.explorer.export;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.mmcr.data.PictureDecoder;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.Csv;
import org.mmcr.data.views.Thumbnail;
import org.mmcr.explorer.filter.PictureField;

/**
 * A ZIP archive of pictures in a folder for each class, with a table {@code metadata.csv} of their fields. A picture's
 * class is the user's label, or else that of the data.
 */
public final class PictureArchive {
    /** The folder of the pictures without a class. */
    static final String NO_CLASS = "unlabelled";

    private static final String LABEL = "label";
    private static final String CLASS = "class";
    private static final String TABLE = "metadata.csv";
    private static final int BUFFER = 1 << 16;
    /** All entries have one time, so that the same pictures give the same archive. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final ShownPictures shown;
    private final List<Entry> entries;

    /**
     * A picture in the archive.
     *
     * @param index in the data
     * @param name with its folder, in the archive
     * @param renamed whether folder or file have another name than class or picture, to be safe or unique
     * @param stored whether the picture's own file is stored, rather than a PNG of its pixels
     */
    private record Entry(int index, String name, String label, boolean renamed, boolean stored) {}

    private PictureArchive(ShownPictures shown, List<Entry> entries) {
        this.shown = shown;
        this.entries = entries;
    }

    /** Returns the archive of some pictures, with their labels as they are now. */
    public static PictureArchive of(ShownPictures shown) {
        SafeNames folders = new SafeNames();
        folders.folder(TABLE);
        Map<String, String> folderOf = new HashMap<>();
        Map<String, SafeNames> files = new HashMap<>();
        List<Entry> entries = new ArrayList<>();
        boolean hasFiles = shown.data().file(shown.indices()[0]).isPresent();
        for (int index : shown.indices()) {
            String label = label(shown.fields(), index);
            String wanted = label.isEmpty() ? NO_CLASS : label;
            String folder = folderOf.computeIfAbsent(label, name -> folders.folder(wanted));
            String path = shown.data().name(index);
            String file = path.substring(path.lastIndexOf('/') + 1);
            boolean stored = hasFiles && PictureDecoder.isPicture(file);
            int end = stored ? file.lastIndexOf('.') : file.length();
            String ending = stored ? file.substring(end) : ".png";
            String safe = files.computeIfAbsent(folder, name -> new SafeNames()).file(file.substring(0, end), ending);
            boolean renamed = !folder.equals(wanted) || !safe.equals(file.substring(0, end) + ending);
            entries.add(new Entry(index, folder + "/" + safe, label, renamed, stored));
        }
        return new PictureArchive(shown, List.copyOf(entries));
    }

    /** Returns the user's label of a picture, or else its class; empty without either. */
    private static String label(List<PictureField> fields, int index) {
        return text(fields, LABEL, index).or(() -> text(fields, CLASS, index)).orElse("");
    }

    private static Optional<String> text(List<PictureField> fields, String name, int index) {
        return fields.stream()
                .filter(field -> field.name().equals(name) && field instanceof PictureField.Values)
                .map(field -> ((PictureField.Values) field).text(index))
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /** Returns what is saved, for the user. */
    public String message() {
        long renamed = entries.stream().filter(Entry::renamed).count();
        return String.format(
                Locale.ROOT,
                "pictures.zip: %,d picture%s%s",
                entries.size(),
                entries.size() == 1 ? "" : "s",
                renamed == 0 ? "" : String.format(Locale.ROOT, "; %,d renamed, see metadata.csv", renamed));
    }

    /**
     * Writes the archive, one picture at a time.
     *
     * @throws IOException if {@code out} takes no more
     * @throws org.mmcr.core.MmcrException if a picture cannot be read any more; the archive has no end then
     */
    public void write(OutputStream out) throws IOException {
        // Buffered, because headers are written byte by byte.
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out, BUFFER), StandardCharsets.UTF_8);
        ZipEntry table = new ZipEntry(TABLE);
        table.setTimeLocal(TIME);
        zip.putNextEntry(table);
        writeTable(zip);
        zip.closeEntry();
        for (Entry entry : entries) {
            byte[] content = content(entry);
            CRC32 sum = new CRC32();
            sum.update(content);
            ZipEntry file = new ZipEntry(entry.name());
            file.setTimeLocal(TIME);
            file.setMethod(ZipEntry.STORED); // pictures are compressed already
            file.setSize(content.length);
            file.setCrc(sum.getValue());
            zip.putNextEntry(file);
            zip.write(content);
            zip.closeEntry();
        }
        zip.finish();
        zip.flush();
    }

    private byte[] content(Entry entry) {
        PictureSource data = shown.data();
        return entry.stored() ? data.file(entry.index()).orElseThrow() : png(data, entry.index());
    }

    private static byte[] png(PictureSource data, int index) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(Thumbnail.of(data.picture(index), Integer.MAX_VALUE), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes a row for each picture in the form that Hugging Face's {@code imagefolder} reads. */
    private void writeTable(OutputStream out) throws IOException {
        Map<String, IntFunction<Object>> columns = new LinkedHashMap<>();
        columns.put("file_name", row -> entries.get(row).name());
        columns.put(LABEL, row -> entries.get(row).label());
        columns.put("name", row -> shown.data().name(entries.get(row).index()));
        columns.put("renamed", row -> entries.get(row).renamed() ? 1 : 0);
        for (PictureField field : shown.fields()) {
            String name = columns.containsKey(field.name()) ? field.name() + "_2" : field.name();
            if (field instanceof PictureField.Values values
                    && !values.values().isEmpty()
                    && !field.name().equals(LABEL)) {
                columns.put(name, row -> values.text(entries.get(row).index()));
            } else if (field instanceof PictureField.Numbers numbers && numbers.isKnown(shown.indices())) {
                columns.put(name, row -> numbers.text(entries.get(row).index()));
            }
        }
        out.write((Csv.row(columns.keySet().toArray()) + "\n").getBytes(StandardCharsets.UTF_8));
        for (int row = 0; row < entries.size(); row++) {
            int at = row;
            Object[] cells =
                    columns.values().stream().map(column -> column.apply(at)).toArray();
            out.write((Csv.row(cells) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
