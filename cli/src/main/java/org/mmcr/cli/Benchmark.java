package org.mmcr.cli;

import java.util.List;
import java.util.function.Consumer;

/**
 * A benchmark that {@code mmcr bench NAME} runs. Implementations are in the {@code bench} module, which this module does
 * not know; they are found through {@link java.util.ServiceLoader}.
 */
public interface Benchmark {

    /** The word on the command line. */
    String name();

    /** One line for the list. */
    String summary();

    /**
     * Measures.
     *
     * @param arguments what the command line holds besides the name and the options that every command takes; {@code --seed N}
     *     and {@code --threads N} are among them when they were given
     * @param progress takes lines for a person
     * @return the figures: something Jackson can write
     */
    Object run(List<String> arguments, Consumer<String> progress) throws Exception;
}
