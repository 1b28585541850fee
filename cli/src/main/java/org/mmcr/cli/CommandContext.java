package org.mmcr.cli;

/** Terminal and shutdown of the process, passed to every command. */
record CommandContext(Terminal terminal, Interrupts interrupts) {}
