package org.mmcr.cli;

import java.util.Iterator;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.ConfigKey;
import org.mmcr.train.run.ObjectiveSpec;
import org.mmcr.train.run.PretrainConfig;

/** An objective chosen by its name in recipes and by settings. */
final class ObjectiveChoice {
    /** The objective without a choice. */
    static final String DEFAULT = "mmcr";

    private ObjectiveChoice() {}

    /** The names, for help and completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    static List<String> names() {
        return ConfigKey.of(PretrainConfig.defaults(), "objective.type").choices();
    }

    /**
     * Returns an objective's standard settings with some changed.
     *
     * @param settings as {@code temperature=0.2}
     * @throws UsageException if there is no such objective or setting, or the value does not fit
     */
    static ObjectiveSpec of(String name, List<String> settings) {
        try {
            PretrainConfig config = PretrainConfig.defaults().with("objective.type", Json.line(name));
            for (String setting : settings) {
                int equals = setting.indexOf('=');
                if (equals < 1) {
                    throw new UsageException("expected --set KEY=VALUE, found '" + setting
                            + "'; for example --objective simclr --set temperature=0.2");
                }
                config = config.with("objective." + setting.substring(0, equals), setting.substring(equals + 1));
            }
            return config.objective();
        } catch (UsageException e) {
            throw e;
        } catch (MmcrException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
