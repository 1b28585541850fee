package org.mmcr.cli;

/** What every command is given: where to print and how to learn that the user wants to stop. */
record CommandContext(Terminal terminal, Interrupts interrupts) {}
