package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void row_plainFields_areNotQuoted() {
        assertThat(Csv.row("a b", 1, 0.25, "", true)).isEqualTo("a b,1,0.25,,true");
    }

    @Test
    void table_fieldsWithSeparators_areReadBackByAnotherReader() throws IOException {
        List<String> fields = List.of("a,b", "say \"yes\"", "two\nlines", "car\rriage", "plain");
        String table = Csv.table("1,2,3,4,5", List.of(Csv.row(fields.toArray()), Csv.row(fields.toArray())));
        List<List<String>> rows = new CsvMapper()
                .readerForListOf(String.class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .<List<String>>readValues(table)
                .readAll();
        assertThat(rows).containsExactly(List.of("1", "2", "3", "4", "5"), fields, fields);
    }
}
