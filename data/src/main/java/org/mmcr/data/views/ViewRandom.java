package org.mmcr.data.views;

/**
 * A counter-based random generator for one view. A number is a function of (seed, epoch, sample, view, lane), so it
 * depends neither on the thread nor on the step at which a run was resumed.
 *
 * <p>The key absorbs the four numbers one after the other, each followed by the finaliser of SplitMix64 (Steele, Lea
 * and Flood 2014, constants of Stafford's variant 13). Lane {@code i} is the i-th output of a SplitMix64 generator
 * that starts at the key. Every parameter of a view has a lane of its own, so that switching one off leaves the
 * others unchanged.
 *
 * @param key state of the generator
 */
record ViewRandom(long key) {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1.0p-53;

    static ViewRandom of(long seed, int epoch, int sample, int view) {
        long key = absorb(0L, seed);
        key = absorb(key, epoch);
        key = absorb(key, sample);
        return new ViewRandom(absorb(key, view));
    }

    /** Returns a uniform number in [0, 1) of 53 bits. */
    double unit(int lane) {
        return (mix(key + (lane + 1) * GOLDEN) >>> 11) * UNIT;
    }

    /** Returns a uniform number in [low, high). */
    double between(int lane, double low, double high) {
        return low + (high - low) * unit(lane);
    }

    /** Returns a uniform integer in 0..bound-1. */
    int below(int lane, int bound) {
        return (int) (unit(lane) * bound);
    }

    /** Returns a standard normal number from lanes {@code lane} and {@code lane + 1} (Box and Muller 1958). */
    double normal(int lane) {
        double radius = Math.sqrt(-2 * Math.log(1 - unit(lane)));
        return radius * Math.cos(2 * Math.PI * unit(lane + 1));
    }

    /** Returns true with a given probability. */
    boolean chance(int lane, double probability) {
        return unit(lane) < probability;
    }

    private static long absorb(long key, long value) {
        return mix(key + GOLDEN + mix(value + GOLDEN));
    }

    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
