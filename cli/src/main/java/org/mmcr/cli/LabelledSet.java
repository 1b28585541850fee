package org.mmcr.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A labelled data set with a training and a test part, as {@code --data} names it.
 *
 * @param name heading of its results
 * @param train location of the training part
 * @param test location of the test part
 */
record LabelledSet(String name, String train, String test) {
    private static final Pattern SPELLED = Pattern.compile("([^=]+)=([^,]+),([^,]+)");
    private static final Pattern ARCHIVE = Pattern.compile("\\.(zip|tar|tgz|tar\\.gz)$");

    /**
     * Reads {@code NAME=TRAIN,TEST}, or the location of a folder or archive with the parts "train" and "test".
     *
     * @throws UsageException if the text is neither
     */
    static LabelledSet of(String text) {
        if (Files.exists(Path.of(text))) {
            return ofParts(text);
        }
        Matcher spelled = SPELLED.matcher(text);
        if (spelled.matches()) {
            return new LabelledSet(spelled.group(1), spelled.group(2), spelled.group(3));
        }
        if (text.isBlank() || text.contains(",") || text.contains("=")) {
            throw new UsageException("expected --data FOLDER with the parts train and test, or --data"
                    + " NAME=TRAIN,TEST, found '" + text + "'; write for example --data flowers=a.zip#x,a.zip#y");
        }
        return ofParts(text);
    }

    private static LabelledSet ofParts(String location) {
        String trimmed = location.replaceFirst("/+$", "");
        return new LabelledSet(name(trimmed), part(trimmed, "train"), part(trimmed, "test"));
    }

    /** The last name of a location, without the ending of an archive. */
    private static String name(String location) {
        String whole = location.replaceFirst("#$", "");
        List<String> names = List.of(whole.split("[/\\\\#]", -1));
        return ARCHIVE.matcher(names.get(names.size() - 1)).replaceFirst("");
    }

    private static String part(String location, String part) {
        if (location.endsWith("#")) {
            return location + part;
        }
        if (location.contains("#") || Files.isDirectory(Path.of(location, part))) {
            return location + "/" + part;
        }
        return location + "#" + part;
    }
}
