package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.VectorSource;
import org.mmcr.train.evaluate.InputFeatures;

class WhiteningChoiceTest {
    @TempDir
    private Path temp;

    @Test
    void of_toldToEndDuringThePass_endsIt() throws IOException {
        Path file = Files.writeString(temp.resolve("x.csv"), "a,b\n1,2\n3,5\n4,4\n");
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        CommandContext context = new CommandContext(new Terminal(out, out, OptionalInt.empty()), new Interrupts());
        try (VectorSource table = (VectorSource) DataSources.open(file.toString(), DataOptions.defaults())) {
            InputFeatures features = InputFeatures.unchanged(table);
            assertThatThrownBy(() -> WhiteningChoice.of(Optional.empty(), features, table, 1, context, this::end, out))
                    .isInstanceOf(CancellationException.class);
            assertThat(said.toString()).doesNotContain("whitened with");
            try (WhiteningChoice choice =
                    WhiteningChoice.of(Optional.empty(), features, table, 1, context, () -> {}, out)) {
                assertThat(choice.statistics().samples()).isEqualTo(3);
            }
        }
    }

    private void end() {
        throw new CancellationException();
    }
}
