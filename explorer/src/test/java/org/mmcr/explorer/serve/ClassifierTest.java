package org.mmcr.explorer.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.ServiceUnavailableResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
    @TempDir
    private Path folder;

    @Test
    @Timeout(60)
    void current_whenItsLabelsAreGone_isEmptyAndTheNextHasTheNextRevision() throws Exception {
        Path file = Files.createFile(folder.resolve("labels"));
        try (Classifier classifier = new Classifier(new FileHead(file))) {
            assertThat(classifier.require().revision()).isEqualTo(1);
            Files.delete(file);
            while (classifier.current().isPresent()) {
                Thread.sleep(20);
            }
            assertThatThrownBy(classifier::require).isInstanceOf(ServiceUnavailableResponse.class);
            Files.createFile(file);
            while (classifier.current().isEmpty()) {
                Thread.sleep(20);
            }
            assertThat(classifier.require().revision()).isEqualTo(2);
        }
    }
}
