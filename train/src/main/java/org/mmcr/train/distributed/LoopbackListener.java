package org.mmcr.train.distributed;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A listening socket that only this machine can reach. libtorch's store binds to all interfaces, but takes a socket
 * that listens already; its number is read from {@code /proc}, so there is one on Linux alone.
 */
final class LoopbackListener {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final List<Path> SOCKETS = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final Pattern COLUMNS = Pattern.compile("\\s+");
    private static final String LISTENING = "0A";

    /** The channels of the sockets handed out. libtorch closes the sockets; the channels must not do so again. */
    private static final List<ServerSocketChannel> KEPT = Collections.synchronizedList(new ArrayList<>());

    private LoopbackListener() {}

    /**
     * Listens at a loopback address and returns the file descriptor, which the caller closes. Empty where there is no
     * {@code /proc}.
     *
     * @throws IOException if the port is taken or not allowed
     */
    static OptionalInt open(InetAddress loopback, int port) throws IOException {
        if (!Files.isDirectory(DESCRIPTORS) || !Files.isReadable(SOCKETS.get(0))) {
            return OptionalInt.empty();
        }
        boolean four = loopback instanceof Inet4Address;
        ServerSocketChannel channel =
                ServerSocketChannel.open(four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        OptionalInt descriptor = OptionalInt.empty();
        try {
            channel.bind(new InetSocketAddress(loopback, port));
            descriptor = descriptorOf(listening(port));
        } finally {
            if (descriptor.isEmpty()) {
                channel.close();
            } else {
                KEPT.add(channel);
            }
        }
        return descriptor;
    }

    /** The inodes of the sockets of all processes that listen at a port. */
    private static Set<String> listening(int port) throws IOException {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        Set<String> inodes = new HashSet<>();
        for (Path sockets : SOCKETS) {
            if (Files.isReadable(sockets)) {
                for (String line : Files.readAllLines(sockets)) {
                    String[] columns = COLUMNS.split(line.strip(), -1);
                    if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTENING)) {
                        inodes.add(columns[9]);
                    }
                }
            }
        }
        return inodes;
    }

    /** The descriptor of this process whose socket has one of these inodes. */
    private static OptionalInt descriptorOf(Set<String> inodes) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith("socket:[") && inodes.contains(target.substring(8, target.length() - 1))) {
                    return OptionalInt.of(Integer.parseInt(String.valueOf(descriptor.getFileName())));
                }
            }
        }
        return OptionalInt.empty();
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
