package org.mmcr.train.distributed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Work;
import org.mmcr.train.distributed.CommunicationStats.Use;

/**
 * Adds up the gradients of all processes. Summed, not averaged: each process has the gradient of its share of the whole batch's
 * loss.
 *
 * <p>They travel in flat buckets, the last parameters first, which is the order in which a backward pass finishes them. A bucket
 * may leave when it is full, while that pass goes on; the sums are the same bits as when all leave after it. Every process
 * sends the same buckets in the same order.
 */
public final class GradientSum implements AutoCloseable {
    /** The last bucket has no backward pass left to hide behind, so it is small; an exchange's fixed cost is smaller still. */
    private static final long BUCKET_BYTES = 4L << 20;

    private final ProcessGroup group;
    private final List<GradientBucket> buckets;
    private final List<Work> started = new ArrayList<>();
    private boolean lastPass;

    /**
     * Call it outside any scope.
     *
     * @param parameters of the network; their gradients are added up in every step
     * @param overlap whether buckets leave during the backward pass
     */
    public GradientSum(ProcessGroup group, Map<String, Tensor> parameters, GradientDtype wire, boolean overlap) {
        this(group, parameters, wire, overlap, BUCKET_BYTES);
    }

    GradientSum(
            ProcessGroup group, Map<String, Tensor> parameters, GradientDtype wire, boolean overlap, long bucketBytes) {
        this.group = group;
        buckets = group.rank().alone() ? List.of() : cut(parameters, wire, bucketBytes);
        if (overlap) {
            buckets.forEach(bucket -> bucket.hook(new Departure()));
        }
    }

    private static List<GradientBucket> cut(Map<String, Tensor> parameters, GradientDtype wire, long bucketBytes) {
        List<Tensor> lastFirst = new ArrayList<>(parameters.values());
        Collections.reverse(lastFirst);
        List<GradientBucket> all = new ArrayList<>();
        List<Tensor> together = new ArrayList<>();
        long bytes = 0;
        for (Tensor parameter : lastFirst) {
            together.add(parameter);
            bytes += parameter.nbytes();
            if (bytes >= bucketBytes) {
                all.add(new GradientBucket(together, wire));
                together.clear();
                bytes = 0;
            }
        }
        if (!together.isEmpty()) {
            all.add(new GradientBucket(together, wire));
        }
        return all;
    }

    /** Lets full buckets leave. */
    private final class Departure implements GradientBucket.Watch {
        @Override
        public boolean counts() {
            return lastPass;
        }

        @Override
        public void came() {
            while (departed() < buckets.size() && buckets.get(departed()).full()) {
                depart();
            }
        }
    }

    int departed() {
        return started.size();
    }

    private void depart() {
        started.add(group.startSum(Use.GRADIENTS, buckets.get(departed()).values()));
    }

    /** The next backward pass is the last before {@link #apply}. */
    public void beforeLastPass() {
        lastPass = true;
    }

    /** Replaces the gradients of the parameters by their sums; the same bits in every process. */
    public void apply() {
        lastPass = false;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            while (departed() < buckets.size()) {
                buckets.get(departed()).fill();
                depart();
            }
            for (int i = 0; i < buckets.size(); i++) {
                group.await(Use.GRADIENTS, started.get(i));
                buckets.get(i).empty();
            }
            started.clear();
        }
    }

    /** Leaves the parameters as they were found. */
    @Override
    public void close() {
        buckets.forEach(GradientBucket::unhook);
    }
}
