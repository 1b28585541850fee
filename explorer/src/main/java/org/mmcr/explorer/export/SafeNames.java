package org.mmcr.explorer.export;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of files or folders in one folder, which every system can write and which differ also without their case. */
final class SafeNames {
    /** Bytes of a name; file systems allow 255, and a number may be added. */
    private static final int MOST_BYTES = 200;

    private static final Pattern ILLEGAL = Pattern.compile("[<>:\"/\\\\|?*\\p{Cc}\\p{Cs}]");
    /** Starts of a folder's name that hide it, lead out of its folder, or make its path a formula in a spreadsheet. */
    private static final Pattern FOLDER_START = Pattern.compile("^[.=+\\-@'\\s]");

    private static final Pattern HIDDEN = Pattern.compile("^\\.");
    private static final Pattern FOLDER_END = Pattern.compile("[.\\s]$");
    /** Devices of Windows, and folders that readers of pictures leave out as those of a system. */
    private static final Pattern RESERVED = Pattern.compile(
            "(?i)(?:(?:con|prn|aux|nul|com\\d|lpt\\d)(?:\\..*)?|__macosx|lost\\+found|system volume information|\\$recycle\\.bin)");

    private final Set<String> taken = new HashSet<>();
    /** The number that a name which occurs again gets next. */
    private final Map<String, Integer> next = new HashMap<>();

    /** Returns a name of its own for a folder, like {@code wanted}. */
    String folder(String wanted) {
        String start = FOLDER_START.matcher(legal(wanted)).replaceFirst("_");
        return unique(FOLDER_END.matcher(start).replaceFirst("_"), "");
    }

    /** Returns a name of its own for a file, like {@code wanted} with this ending. */
    String file(String wanted, String ending) {
        return unique(HIDDEN.matcher(legal(wanted)).replaceFirst("_"), ending);
    }

    private String unique(String wanted, String ending) {
        String stem = wanted.isEmpty() || RESERVED.matcher(wanted).matches() ? "_" + wanted : wanted;
        String found = stem;
        if (!taken.add(key(found + ending))) {
            String key = key(stem + ending);
            int number = next.getOrDefault(key, 2);
            while (!taken.add(key(stem + "-" + number + ending))) {
                number++;
            }
            found = stem + "-" + number;
            next.put(key, number + 1);
        }
        return found + ending;
    }

    private static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    private static String legal(String name) {
        String legal = ILLEGAL.matcher(name).replaceAll("_");
        while (legal.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            legal = legal.substring(0, legal.offsetByCodePoints(legal.length(), -1));
        }
        return legal;
    }
}
