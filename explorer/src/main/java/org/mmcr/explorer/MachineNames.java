package org.mmcr.explorer;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/** What this machine is called by itself and by others. */
final class MachineNames {
    /** An address that is set aside for documentation: it stands for anywhere else, and nothing is sent to it. */
    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 9);

    private MachineNames() {}

    /** What {@code --host} names. */
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

    /** What to open in a browser: {@code host}, or where it stands for every address, the one that others reach first. */
    static String toOpen(String host) {
        if (!resolve(host).isAnyLocalAddress()) {
            return host;
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(ELSEWHERE);
            InetAddress own = socket.getLocalAddress();
            return own.isAnyLocalAddress() ? ExploreOptions.LOOPBACK : own.getHostAddress();
        } catch (IOException e) {
            return ExploreOptions.LOOPBACK; // not on any network
        }
    }

    /** The name that this machine has given itself, lower case. */
    static Optional<String> own() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
