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
 * The gradients of some parameters in one flat tensor that is sent as a whole. It is filled during a backward pass, by
 * hooks, or after it. Create it outside any {@code PointerScope}, because libtorch holds the Java half of a hook
 * weakly.
 */
final class GradientBucket {
    private final List<Slot> slots = new ArrayList<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final Tensor flat;
    private int missing;

    GradientBucket(List<Tensor> parameters, GradientDtype dtype) {
        long numbers = parameters.stream().mapToLong(Tensor::numel).sum();
        flat = torch.zeros(numbers).to(dtype == GradientDtype.BF16 ? ScalarType.BFloat16 : ScalarType.Float);
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
        /** Stores the gradient of the current pass plus that of the step's earlier passes. */
        void set(TensorBase gradient) {
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

    /** Copies the gradients of the parameters into the bucket. */
    void fill() {
        slots.forEach(slot -> slot.place().copy_(slot.parameter().grad()));
        missing = 0;
    }

    /** Copies the bucket into the gradients of the parameters and empties it. */
    void empty() {
        slots.forEach(slot -> slot.parameter().grad().copy_(slot.place()));
        missing = slots.size();
    }

    /** Fills the bucket during every backward pass that {@code listener} accepts. */
    void hook(Listener listener) {
        slots.forEach(slot -> hooks.add(new Hook(slot, listener)));
    }

    void unhook() {
        hooks.forEach(Hook::remove);
        hooks.clear();
    }

    /** Receives the gradients of a backward pass. */
    interface Listener {
        /** Whether the current pass is the last one of the step, whose gradients are complete. */
        boolean accepts();

        /** A gradient has been added to the bucket. */
        void added();
    }

    private final class Hook extends VoidTensorHook {
        private final Slot slot;
        private final Listener listener;
        private final int number;

        Hook(Slot slot, Listener listener) {
            this.slot = slot;
            this.listener = listener;
            number = slot.parameter().register_hook(this);
        }

        @Override
        public void call(TensorBase gradient) {
            if (listener.accepts()) {
                slot.set(gradient);
                missing--;
                listener.added();
            }
        }

        void remove() {
            slot.parameter().remove_hook(number);
            close();
        }
    }
}
