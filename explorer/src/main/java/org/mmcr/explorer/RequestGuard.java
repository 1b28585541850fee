package org.mmcr.explorer;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.UnauthorizedResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. The server trusts whoever sits at this machine, and a web page open in their browser is not them: a request
 * that another site caused is refused by {@code Sec-Fetch-Site} and {@code Origin}, and a name that was pointed at this
 * machine (DNS rebinding) by {@code Host}. Away from loopback everybody must bring a token as well, once in the address,
 * afterwards in a cookie.
 */
final class RequestGuard {
    private static final String COOKIE = "mmcr_token";
    private static final int TOKEN_BYTES = 24;

    /** Nothing from elsewhere, nothing inline, in nobody's frame. */
    private static final String CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    private final boolean loopback;
    private final Optional<String> token;

    /** For a server bound to {@code host}. */
    RequestGuard(String host) {
        names.add(host.toLowerCase(Locale.ROOT));
        this.loopback = MachineNames.resolve(host).isLoopbackAddress();
        this.token = loopback ? Optional.empty() : Optional.of(newToken());
        if (!loopback) {
            MachineNames.own().ifPresent(names::add);
        }
    }

    /** What the browser must bring; empty on loopback. */
    Optional<String> token() {
        return token;
    }

    /** Refuses or lets pass, and says in every answer what the page may do. */
    void check(Context request) {
        headers(request);
        requireHost(request);
        requireSameSite(request);
        requireToken(request);
    }

    private static void headers(Context request) {
        request.header("Content-Security-Policy", CONTENT_POLICY);
        request.header("X-Content-Type-Options", "nosniff");
        request.header("Referrer-Policy", "no-referrer");
        request.header("Cross-Origin-Resource-Policy", "same-origin");
        request.header("Cross-Origin-Opener-Policy", "same-origin");
        request.header("Cache-Control", "no-store");
    }

    private void requireHost(Context request) {
        String asked = Optional.ofNullable(request.header("Host")).orElse("").toLowerCase(Locale.ROOT);
        String name = asked.replaceFirst(":\\d+$", "");
        if (!names.contains(name) && (loopback || !isAddress(name))) {
            throw new ForbiddenResponse("this server does not answer to the name '" + name + "'");
        }
    }

    private static void requireSameSite(Context request) {
        String site = Optional.ofNullable(request.header("Sec-Fetch-Site")).orElse("none");
        if (!site.equals("same-origin") && !site.equals("none")) {
            throw new ForbiddenResponse("a request from another site is not answered");
        }
        String origin = request.header("Origin");
        if (origin != null && !origin.equals("http://" + request.header("Host"))) {
            throw new ForbiddenResponse("a request from another site is not answered");
        }
    }

    private void requireToken(Context request) {
        if (token.isEmpty()) {
            return;
        }
        if (request.path().equals("/") && same(request.queryParam("token"))) {
            request.header("Set-Cookie", COOKIE + "=" + token.get() + "; HttpOnly; SameSite=Strict; Path=/");
            return;
        }
        if (!same(request.cookie(COOKIE))) {
            throw new UnauthorizedResponse("open the address with the token that mmcr explore printed");
        }
    }

    private boolean same(@Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        token.orElseThrow().getBytes(StandardCharsets.UTF_8));
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static boolean isAddress(String name) {
        return name.matches("[0-9.]+") || name.matches("\\[[0-9a-f:.]+\\]");
    }
}
