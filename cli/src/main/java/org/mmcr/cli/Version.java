package org.mmcr.cli;

import org.mmcr.train.run.Machine;
import picocli.CommandLine.IVersionProvider;

/** Text of {@code --version}: the versions of mmcr, libtorch and the JVM. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "mmcr " + Machine.mmcrVersion(),
            "libtorch " + Machine.libtorchVersion() + ", Java " + System.getProperty("java.version") + " on "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
