package org.mmcr.train.distributed;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The gradients of some parameters end to end, as they travel: filled by a backward pass, through hooks, or after it. Made outside any
 * {@code PointerScope}, because libtorch holds the Java half of a hook weakly.
 */
final class GradientBucket {
    private final List<Slot> slots = new ArrayList<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final Tensor flat;
    private int missing;

    GradientBucket(List<Tensor> parameters, GradientDtype wire) {
        long numbers = parameters.stream().mapToLong(Tensor::numel).sum();
        flat = torch.zeros(numbers).to(wire == GradientDtype.BF16 ? ScalarType.BFloat16 : ScalarType.Float);
        long from = 0;
        for (Tensor parameter : parameters) {
            slots.add(
                    new Slot(parameter, flat.narrow(0, from, parameter.numel()).view(parameter.sizes())));
            from += parameter.numel();
        }
        missing = slots.size();
    }

    /** place: the parameter's part of the bucket, in the parameter's shape. */
    private record Slot(Tensor parameter, Tensor place) {
        /** The gradient is that of the pass under way; the parameter has what earlier passes of the step came to. */
        void take(TensorBase gradient) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor earlier = parameter.grad();
                Tensor now = new Tensor(gradient);
                place.copy_(earlier.defined() ? earlier.add(now) : now);
            }
        }
    }

    Tensor values() {
        return flat;
    }

    boolean full() {
        return missing == 0;
    }

    /** Takes the gradients that the parameters have. */
    void fill() {
        slots.forEach(slot -> slot.place().copy_(slot.parameter().grad()));
        missing = 0;
    }

    /** Makes what is in the bucket the gradients of the parameters, and is empty again. */
    void empty() {
        slots.forEach(slot -> slot.parameter().grad().copy_(slot.place()));
        missing = slots.size();
    }

    /** From now on every backward pass asks {@code watch}, and fills the bucket when it is answered. */
    void hook(Watch watch) {
        slots.forEach(slot -> hooks.add(new Hook(slot, watch)));
    }

    void unhook() {
        hooks.forEach(Hook::remove);
        hooks.clear();
    }

    /** Whether a backward pass is the one whose gradients count, and who hears that one has come. */
    interface Watch {
        boolean counts();

        void came();
    }

    private final class Hook extends VoidTensorHook {
        private final Slot slot;
        private final Watch watch;
        private final int number;

        Hook(Slot slot, Watch watch) {
            this.slot = slot;
            this.watch = watch;
            number = slot.parameter().register_hook(this);
        }

        @Override
        public void call(TensorBase gradient) {
            if (watch.counts()) {
                slot.take(gradient);
                missing--;
                watch.came();
            }
        }

        void remove() {
            slot.parameter().remove_hook(number);
            close();
        }
    }
}
