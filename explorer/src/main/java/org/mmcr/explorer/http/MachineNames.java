package org.mmcr.explorer.http;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/** Names and addresses of this machine. */
public final class MachineNames {
    /** An address reserved for documentation, used to find the outgoing interface; nothing is sent to it. */
    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 9);

    /** The address that only this machine can reach. */
    public static final String LOOPBACK = "127.0.0.1";

    private MachineNames() {}

    /** Returns the address of a {@code --host}. */
    static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new MmcrException(
                    "expected an address of this machine for --host, found " + host
                            + "; leave it out to be reachable from this machine alone",
                    e);
        }
    }

    /** Returns the host to open in a browser: for a wildcard address, that of the outgoing interface. */
    static String toOpen(String host) {
        if (!resolve(host).isAnyLocalAddress()) {
            return host;
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(ELSEWHERE);
            InetAddress own = socket.getLocalAddress();
            return own.isAnyLocalAddress() ? LOOPBACK : own.getHostAddress();
        } catch (IOException e) {
            return LOOPBACK; // without a network
        }
    }

    /** Returns this machine's own host name in lower case. */
    static Optional<String> own() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
