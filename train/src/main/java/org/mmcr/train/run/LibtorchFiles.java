package org.mmcr.train.run;

import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.io.NativeResource;

/** The files of libtorch in JavaCPP's cache. */
public final class LibtorchFiles {
    /** Libraries that libtorch's small library needs; the second one for an NVIDIA card. */
    private static final List<String> NEEDED = List.of("torch_cpu", "torch_cuda");

    private LibtorchFiles() {}

    /**
     * Unpacks libtorch's largest libraries, unless they are unpacked already; waits while another process unpacks them.
     * Call it before libtorch is loaded.
     *
     * <p>JavaCPP unpacks and loads one library after the other, and a small one first that needs these. The linker
     * would then take the system's version, which does not fit, or a file that another process is still writing. Either
     * crashes the JVM.
     */
    public static void unpack() {
        for (String extension : List.of("", "-gpu")) {
            for (String library : NEEDED) {
                NativeResource.unpack(
                        torch.class,
                        "/org/bytedeco/pytorch/" + Loader.getPlatform() + extension + "/"
                                + System.mapLibraryName(library));
            }
        }
    }
}
