package org.mmcr.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Browser libraries on the class path, in the versions that the build selected. */
public final class WebJars {
    private WebJars() {}

    /**
     * The resource of a library's file, for instance {@code path("uplot", "dist/uPlot.min.css")}.
     *
     * @throws IllegalStateException if the library is not on the class path
     */
    public static String path(String library, String file) {
        Properties jar = new Properties();
        try (InputStream in =
                WebJars.class.getResourceAsStream("/META-INF/maven/org.webjars.npm/" + library + "/pom.properties")) {
            if (in == null) {
                throw new IllegalStateException("the library " + library + " is not on the class path");
            }
            jar.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/META-INF/resources/webjars/" + library + "/" + jar.getProperty("version") + "/" + file;
    }
}
