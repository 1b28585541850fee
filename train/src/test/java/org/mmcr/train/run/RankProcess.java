package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mmcr.data.ChildJvm;
import org.mmcr.train.distributed.Rank;

/** One rank of a run, started by itself as a cluster would. */
record RankProcess(Process process, Path err) {
    private static final long LIMIT_SECONDS = 60;

    /** The command that runs {@link RankedRun} with some classes. */
    static List<String> command(String classPath, Path run, String what) {
        return ChildJvm.command(classPath, RankedRun.class, run, what);
    }

    static RankProcess start(Rank rank, List<String> before, List<String> command, Path err) throws IOException {
        List<String> whole = new ArrayList<>(before);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile());
        builder.environment().put("RANK", String.valueOf(rank.rank()));
        builder.environment().put("WORLD_SIZE", String.valueOf(rank.world()));
        builder.environment().put("MASTER_ADDR", rank.masterAddress());
        builder.environment().put("MASTER_PORT", String.valueOf(rank.masterPort()));
        return new RankProcess(builder.start(), err);
    }

    /** Waits for its end; what it said when it failed. */
    String failure() throws Exception {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(err);
        assertThat(process.exitValue()).as(said).isEqualTo(1);
        return said.lines()
                .filter(line -> line.startsWith("mmcr: "))
                .findFirst()
                .orElse(said);
    }

    /** Waits for its good end. */
    void done() throws Exception {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    }
}
