package org.mmcr.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mmcr.MmcrException;

/** Where decoded pictures are kept while a source is open. */
sealed interface PictureStore extends Closeable {
    Picture get(int index);

    @Override
    default void close() {}

    /** Everything on the heap. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record InMemory(Picture[] pictures) implements PictureStore {
        @Override
        public Picture get(int index) {
            return pictures[index];
        }
    }

    /** Everything in one file of raw RGB, mapped into memory; the file goes with the store. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Mapped(Path file, MappedBytes bytes, int[] heights, int[] widths, long[] offsets) implements PictureStore {
        static Mapped write(Path directory, Picture[] pictures) throws IOException {
            Files.createDirectories(directory);
            Path file = Files.createTempFile(directory, "pictures-", ".rgb");
            file.toFile().deleteOnExit();
            int[] heights = new int[pictures.length];
            int[] widths = new int[pictures.length];
            long[] offsets = new long[pictures.length];
            long at = 0;
            try (OutputStream out = Files.newOutputStream(file)) {
                for (int i = 0; i < pictures.length; i++) {
                    heights[i] = pictures[i].height();
                    widths[i] = pictures[i].width();
                    offsets[i] = at;
                    out.write(pictures[i].rgb());
                    at += pictures[i].rgb().length;
                }
            } catch (IOException e) {
                Files.deleteIfExists(file);
                throw e;
            }
            return new Mapped(file, MappedBytes.open(file), heights, widths, offsets);
        }

        @Override
        public Picture get(int index) {
            byte[] rgb = new byte[heights[index] * widths[index] * 3];
            bytes.read(offsets[index], rgb);
            return new Picture(heights[index], widths[index], rgb);
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // Windows keeps a mapped file until the process ends; deleteOnExit has it then.
            }
        }
    }

    /** Nothing kept: decoded at every access. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Streamed(FileTree tree, FileTree.Entry[] entries) implements PictureStore {
        private static final ThreadLocal<PictureDecoder> DECODER = ThreadLocal.withInitial(PictureDecoder::new);

        @Override
        public Picture get(int index) {
            try {
                return DECODER.get().decode(tree.read(entries[index]));
            } catch (IOException e) {
                throw new MmcrException(
                        "picture " + entries[index].name() + " was readable when the data was opened and no longer is: "
                                + e.getMessage() + "; do not change data while it is in use",
                        e);
            }
        }
    }
}
