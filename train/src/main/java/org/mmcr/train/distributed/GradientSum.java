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
 * The sum of the gradients of all processes. They are summed, not averaged, because each process has the gradient of
 * its part of the whole batch's loss.
 *
 * <p>Gradients are sent in flat buckets, the last parameters first, which is the order in which a backward pass
 * finishes them. A full bucket may be sent while the pass continues; the sums have the same bits as when all are sent
 * after it. Every process sends the same buckets in the same order.
 */
public final class GradientSum implements AutoCloseable {
    /**
     * The last bucket cannot overlap with the backward pass, so it is small; the fixed cost of an exchange is smaller.
     */
    private static final long BUCKET_BYTES = 4L << 20;

    private final ProcessGroup group;
    private final List<GradientBucket> buckets;
    private final List<Work> started = new ArrayList<>();
    private boolean lastPass;

    /**
     * Prepares the buckets. Call it outside any scope.
     *
     * @param parameters of the network, whose gradients are summed in every step
     * @param overlap whether buckets are sent during the backward pass
     */
    public GradientSum(ProcessGroup group, Map<String, Tensor> parameters, GradientDtype dtype, boolean overlap) {
        this(group, parameters, dtype, overlap, BUCKET_BYTES);
    }

    GradientSum(
            ProcessGroup group,
            Map<String, Tensor> parameters,
            GradientDtype dtype,
            boolean overlap,
            long bucketBytes) {
        this.group = group;
        buckets = group.rank().alone() ? List.of() : buckets(parameters, dtype, bucketBytes);
        if (overlap) {
            buckets.forEach(bucket -> bucket.hook(new SendWhenFull()));
        }
    }

    private static List<GradientBucket> buckets(Map<String, Tensor> parameters, GradientDtype dtype, long bucketBytes) {
        List<Tensor> lastFirst = new ArrayList<>(parameters.values());
        Collections.reverse(lastFirst);
        List<GradientBucket> all = new ArrayList<>();
        List<Tensor> together = new ArrayList<>();
        long bytes = 0;
        for (Tensor parameter : lastFirst) {
            together.add(parameter);
            bytes += parameter.nbytes();
            if (bytes >= bucketBytes) {
                all.add(new GradientBucket(together, dtype));
                together.clear();
                bytes = 0;
            }
        }
        if (!together.isEmpty()) {
            all.add(new GradientBucket(together, dtype));
        }
        return all;
    }

    private final class SendWhenFull implements GradientBucket.Listener {
        @Override
        public boolean accepts() {
            return lastPass;
        }

        @Override
        public void added() {
            while (sentBuckets() < buckets.size() && buckets.get(sentBuckets()).full()) {
                sendNext();
            }
        }
    }

    int sentBuckets() {
        return started.size();
    }

    private void sendNext() {
        started.add(group.startSum(Use.GRADIENTS, buckets.get(sentBuckets()).values()));
    }

    /** Announces that the next backward pass is the last before {@link #apply}. */
    public void beforeLastPass() {
        lastPass = true;
    }

    /** Replaces the gradients of the parameters by their sums; the same bits in every process. */
    public void apply() {
        lastPass = false;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            while (sentBuckets() < buckets.size()) {
                buckets.get(sentBuckets()).fill();
                sendNext();
            }
            for (GradientBucket bucket : buckets) {
                group.await(Use.GRADIENTS, started.remove(0));
                bucket.empty();
            }
        }
    }

    /** Removes the hooks from the parameters and releases the sums not awaited, which keep connections open. */
    @Override
    public void close() {
        buckets.forEach(GradientBucket::unhook);
        started.forEach(Work::releaseReference);
        started.clear();
    }
}
