package org.mmcr.explorer.http;

import java.util.Optional;
import java.util.Set;
import org.mmcr.core.MmcrException;

/**
 * Options of a {@link WebServer}.
 *
 * @param command the command that started it, for messages
 * @param host address to bind to
 * @param port 0 for any free port
 * @param publicOrigin address under which browsers reach the server through a proxy; empty without one
 * @param token what requests must send; empty for a random one
 * @param open paths that need no token
 * @param largestRequest limit of a request's body in bytes
 */
public record WebOptions(
        String command,
        String host,
        int port,
        Optional<PublicOrigin> publicOrigin,
        Optional<String> token,
        Set<String> open,
        long largestRequest) {
    private static final int SHORTEST_TOKEN = 16;

    public WebOptions {
        requirePort(port);
        open = Set.copyOf(open);
        if (token.isPresent() && !token.get().matches("[A-Za-z0-9._~-]{" + SHORTEST_TOKEN + ",}")) {
            throw new MmcrException("expected a token of at least " + SHORTEST_TOKEN
                    + " letters, digits and characters of '._~-', found another; for example that of openssl rand"
                    + " -hex 24");
        }
    }

    /** Checks the number of a port. */
    public static void requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new MmcrException("expected a port between 0 and 65535, found " + port + "; 8080 is usual");
        }
    }
}
