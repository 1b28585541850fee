package org.mmcr.cli;

import java.util.List;
import java.util.function.Consumer;

/**
 * A benchmark of {@code mmcr bench NAME}. Implementations are in the {@code bench} module, on which this module does
 * not depend; they are loaded by {@link java.util.ServiceLoader}.
 */
public interface Benchmark {

    /** Name on the command line. */
    String name();

    /** Summary in one line, for the list. */
    String summary();

    /**
     * Runs the benchmark.
     *
     * @param arguments arguments after the name, without the options of every command; {@code --seed N} and
     *     {@code --threads N} are included if they were given
     * @param progress receives lines of progress
     * @return the results, which Jackson must be able to write
     */
    Object run(List<String> arguments, Consumer<String> progress) throws Exception;
}
