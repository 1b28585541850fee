package org.mmcr.explorer.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.mmcr.core.MmcrException;

/**
 * The address under which browsers reach a server through a reverse proxy: scheme, host, port and path prefix.
 *
 * @param address absolute, ends with a slash
 */
public record PublicOrigin(URI address) {
    public PublicOrigin {
        boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        if (!web
                || address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw wrong(address.toString());
        }
        if (!address.getRawPath().endsWith("/")) {
            address = URI.create(address + "/");
        }
    }

    /** Reads an address such as {@code https://host/prefix}. */
    public static PublicOrigin parse(String text) {
        try {
            return new PublicOrigin(new URI(text));
        } catch (URISyntaxException e) {
            throw wrong(text);
        }
    }

    private static MmcrException wrong(String found) {
        return new MmcrException("expected a public origin such as https://host/prefix, found '" + found
                + "'; give scheme, host and path alone");
    }

    /** Returns the host in lower case, an IPv6 address in brackets. */
    String host() {
        return address.getHost().toLowerCase(Locale.ROOT);
    }

    /** Returns what a browser sends as {@code Origin}: no path, and no port where it is the scheme's own. */
    String header() {
        int usual = secure() ? 443 : 80;
        String port = address.getPort() < 0 || address.getPort() == usual ? "" : ":" + address.getPort();
        return address.getScheme() + "://" + host() + port;
    }

    /** Returns whether browsers reach it over TLS. */
    boolean secure() {
        return "https".equals(address.getScheme());
    }
}
