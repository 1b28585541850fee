package org.mmcr.data;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Names of the files in a TAR archive. The archive does not say how they are encoded: most are UTF-8, some Latin-1, and
 * those in extended headers are always UTF-8.
 */
public final class TarNames {
    /** The encoding to open an archive with. It loses no byte, so names that are not UTF-8 do not become equal. */
    public static final String ENCODING = "ISO-8859-1";

    private TarNames() {}

    /** Returns the path of a file by its name in an archive that was opened with {@link #ENCODING}. */
    public static String path(String name) {
        return FileTree.normal(decoded(name));
    }

    /**
     * Returns a name of which each part is read as UTF-8, or as Latin-1 if its bytes are not UTF-8. A name from an
     * extended header is already decoded, which shows only if it has characters that Latin-1 lacks. Others are decoded
     * again, without effect unless they look like UTF-8 read as Latin-1.
     */
    static String decoded(String name) {
        return name.chars().anyMatch(c -> c > 0xff)
                ? name
                : Arrays.stream(name.split("/", -1)).map(TarNames::part).collect(Collectors.joining("/"));
    }

    private static String part(String latin) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return latin;
        }
    }
}
