package org.mmcr.train.run;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.VoidTensorHook;
import org.mmcr.train.encoder.EmbeddingModel;

/**
 * A stopwatch for the phases of training steps. In the backward pass it notes the moments at which the gradients of the
 * parameters are computed; the time since the moment before belongs to the parameter's block. Layers run in turn, so
 * this is the time of the block.
 */
final class StepTimer implements AutoCloseable {
    /** Steps before the first one that counts: libraries choose algorithms and memory is allocated. */
    private static final int WARM_UP = 3;

    /** Parts of a step. */
    enum Phase {
        VIEWS,
        FORWARD,
        OBJECTIVE,
        BACKWARD,
        GRADIENTS,
        OPTIMIZER,
        AVERAGE
    }

    private final boolean on;
    private final LongSupplier nanos;
    private final Map<Phase, Long> phases = new EnumMap<>(Phase.class);
    private final Map<String, Long> blocks = new LinkedHashMap<>();
    private final Map<String, Long> parameters = new LinkedHashMap<>();
    private final List<Hook> hooks = new ArrayList<>();
    private long step;
    private long total;
    /** When the last gradient was there, or the backward pass began. */
    private long last;

    private String lastBlock = "";

    private StepTimer(boolean on, LongSupplier nanos) {
        this.on = on;
        this.nanos = nanos;
    }

    /** Returns a timer that measures nothing. */
    static StepTimer off() {
        return new StepTimer(false, System::nanoTime);
    }

    /** Returns a timer of a model's steps. */
    static StepTimer of(EmbeddingModel model, LongSupplier nanos) {
        StepTimer timer = new StepTimer(true, nanos);
        Map<String, String> blockOf = model.blocks().of();
        model.trained().forEach((name, parameter) -> {
            String block = blockOf.getOrDefault(name, name);
            timer.blocks.put(block, 0L);
            timer.parameters.merge(block, parameter.numel(), Long::sum);
            timer.hooks.add(timer.new Hook(block, parameter));
        });
        return timer;
    }

    /** Times a part of a step. */
    <T> T time(Phase phase, Supplier<T> work) {
        if (!on) {
            return work.get();
        }
        long began = nanos.getAsLong();
        T result = work.get();
        add(phase, began);
        return result;
    }

    /** Times a part of a step that has no result. */
    void run(Phase phase, Runnable work) {
        time(phase, () -> {
            work.run();
            return phase;
        });
    }

    /** Passes backward from a loss. */
    void backward(Tensor loss) {
        if (!on) {
            loss.backward();
            return;
        }
        long began = nanos.getAsLong();
        last = began;
        lastBlock = "";
        loss.backward();
        arrived(lastBlock); // what follows the last gradient of a parameter
        add(Phase.BACKWARD, began);
    }

    private void add(Phase phase, long began) {
        if (counts()) {
            phases.merge(phase, nanos.getAsLong() - began, Long::sum);
        }
    }

    private boolean counts() {
        return step >= WARM_UP;
    }

    private void arrived(String block) {
        long now = nanos.getAsLong();
        if (counts() && blocks.containsKey(block)) {
            blocks.merge(block, now - last, Long::sum);
        }
        last = now;
        lastBlock = block;
    }

    /** Ends a step. */
    void finished(double seconds) {
        if (counts()) {
            total += Math.round(seconds * 1e9);
        }
        step++;
    }

    /** Returns the mean of the steps that count; of zero steps if there were too few. */
    StepProfile profile() {
        long steps = Math.max(0, step - WARM_UP);
        double unit = steps == 0 ? 0 : 1e-9 / steps;
        long known = phases.values().stream().mapToLong(Long::longValue).sum();
        return new StepProfile(
                steps,
                total * unit,
                mean(Phase.VIEWS, unit),
                mean(Phase.FORWARD, unit),
                mean(Phase.OBJECTIVE, unit),
                mean(Phase.BACKWARD, unit),
                mean(Phase.GRADIENTS, unit),
                mean(Phase.OPTIMIZER, unit),
                mean(Phase.AVERAGE, unit),
                Math.max(0, total - known) * unit,
                blocks.entrySet().stream()
                        .map(block -> new StepProfile.Block(
                                block.getKey(), parameters.get(block.getKey()), block.getValue() * unit))
                        .toList());
    }

    private double mean(Phase phase, double unit) {
        return phases.getOrDefault(phase, 0L) * unit;
    }

    @Override
    public void close() {
        hooks.forEach(Hook::remove);
        hooks.clear();
    }

    private final class Hook extends VoidTensorHook {
        private final String block;
        private final Tensor parameter;
        private final int number;

        Hook(String block, Tensor parameter) {
            this.block = block;
            this.parameter = parameter;
            number = parameter.register_hook(this);
        }

        @Override
        public void call(TensorBase gradient) {
            arrived(block);
        }

        void remove() {
            parameter.remove_hook(number);
            close();
        }
    }
}
