package org.mmcr.train.distributed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces in the place of machines: each has an address and a loopback interface of its own, and all are
 * joined by a switch, which the first one holds. Nothing of it is seen in the network of this machine itself.
 */
public final class NetworkNamespaces implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final List<String> names = new ArrayList<>();

    private NetworkNamespaces() {}

    /** Makes them, or skips the test where this machine does not allow it. */
    public static NetworkNamespaces open(int count) {
        NetworkNamespaces all = new NetworkNamespaces();
        try {
            for (int i = 0; i < count; i++) {
                all.add(i);
            }
            return all;
        } catch (IllegalStateException failure) {
            all.close();
            Assumptions.abort("skipped: network namespaces need root on Linux and iproute2; " + failure.getMessage());
            throw failure;
        }
    }

    private void add(int number) {
        String name = "mmcr-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();
        ip("netns", "add", name);
        names.add(name);
        in(number, "link", "set", "lo", "up");
        if (number == 0) {
            in(0, "link", "add", "net", "type", "bridge");
        } else {
            in(0, "link", "add", port(number), "type", "veth", "peer", "name", "net", "netns", name);
            in(0, "link", "set", port(number), "master", "net", "up");
        }
        in(number, "address", "add", address(number) + "/24", "dev", "net");
        in(number, "link", "set", "net", "up");
    }

    /** The address under which the others reach one, counted from 0. */
    public String address(int number) {
        return "10.77.0." + (number + 1);
    }

    /** The prefix of a command that runs inside a namespace. */
    public List<String> inside(int number) {
        return List.of("ip", "netns", "exec", names.get(number));
    }

    /** Pulls the plug of one that is not the first. */
    public void cutOff(int number) {
        in(0, "link", "set", port(number), "down");
    }

    private static String port(int number) {
        return "port" + number;
    }

    private void in(int number, String... arguments) {
        List<String> command = new ArrayList<>(List.of("-n", names.get(number)));
        command.addAll(List.of(arguments));
        ip(command.toArray(String[]::new));
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        names.forEach(name -> ip("netns", "delete", name));
    }
}
