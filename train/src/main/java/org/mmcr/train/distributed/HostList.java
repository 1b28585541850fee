package org.mmcr.train.distributed;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;

/** Parser of Slurm's short forms: {@code rack1-node[03-05,9]} for hosts, {@code 4(x2),3} for tasks on each host. */
final class HostList {
    private static final Pattern TASKS = Pattern.compile("(\\d+)(?:\\(x(\\d+)\\))?");
    private static final Pattern FIRST_IN_BRACKETS = Pattern.compile("\\[(\\w+)[^\\]]*\\]");

    private HostList() {}

    /** The first host that a list names. */
    static String first(String list) {
        int depth = 0;
        int end = 0;
        while (end < list.length() && (depth > 0 || list.charAt(end) != ',')) {
            depth += list.charAt(end) == '[' ? 1 : list.charAt(end) == ']' ? -1 : 0;
            end++;
        }
        return FIRST_IN_BRACKETS.matcher(list.substring(0, end)).replaceAll("$1");
    }

    /** The number of tasks on one host, counted from 0. */
    static int tasksOn(String tasks, int node) {
        int hosts = 0;
        for (String group : tasks.split(",", -1)) {
            Matcher parts = TASKS.matcher(group.strip());
            if (!parts.matches()) {
                throw new MmcrException("expected tasks a node like 4(x2),3, found '" + tasks
                        + "'; set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT instead");
            }
            hosts += parts.group(2) == null ? 1 : Integer.parseInt(parts.group(2));
            if (node < hosts) {
                return Integer.parseInt(parts.group(1));
            }
        }
        throw new MmcrException("expected tasks for node " + node + ", found only '" + tasks + "'");
    }
}
