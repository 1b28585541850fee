package org.mmcr.explorer.filter;

import org.mmcr.core.MmcrException;

/** A comparison between a field and a value. Signs that begin with another one's sign come before it. */
enum Comparison {
    NOT_EQUAL("!="),
    AT_MOST("<="),
    AT_LEAST(">="),
    IS(":"),
    EQUAL("="),
    LESS("<"),
    MORE(">");

    private final String sign;

    Comparison(String sign) {
        this.sign = sign;
    }

    /** Returns how it is written. */
    String sign() {
        return sign;
    }

    /** Returns whether it asks for an order, which texts and missing values do not have. */
    boolean isOrder() {
        return this == LESS || this == AT_MOST || this == MORE || this == AT_LEAST;
    }

    /**
     * Checks that a field of texts can be compared so.
     *
     * @throws MmcrException if it asks for an order
     */
    void requireForText(String field) {
        if (isOrder()) {
            throw new MmcrException(
                    "expected : or = or != after " + field + ", which is a text, found " + sign + "; use one of those");
        }
    }
}
