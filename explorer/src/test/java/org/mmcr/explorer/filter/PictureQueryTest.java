package org.mmcr.explorer.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TestPictures;
import org.mmcr.explorer.filter.PictureQuery.All;
import org.mmcr.explorer.filter.PictureQuery.Any;
import org.mmcr.explorer.filter.PictureQuery.Not;
import org.mmcr.explorer.filter.PictureQuery.Term;
import org.mmcr.explorer.labelling.Labels;
import org.mmcr.explorer.labelling.Predictions;

class PictureQueryTest {
    private static final List<String> NAMES = List.of(
            "animals/Cat 1.png",
            "animals/dog.png",
            "things/cat-tree.png",
            "or.png",
            "things/x(1).png",
            "animals/deep/tabby.png");

    private static final String TABLE = """
            path,score,split,two words
            animals/Cat 1.png,1.5,train,x
            animals/dog.png,-2,test,y
            things/cat-tree.png,,train,
            or.png,1e3,TEST,x
            """;

    @TempDir
    private Path folder;

    private List<PictureField> fields = List.of();

    /** Six pictures: those of even index are tabby cats by the data; a label is called none. */
    @BeforeEach
    void describePictures() throws IOException {
        Path table = Files.writeString(folder.resolve("t.csv"), TABLE);
        TestPictures pictures =
                TestPictures.ofNoise(6, 1, 1).withNames(NAMES::get).withClasses(List.of("tabby cat", "dog"));
        List<String> names = List.of("Cat", "none");
        Predictions predictions = new Predictions(
                new short[] {0, 0, 0, 1, 1, 1}, new float[] {0.9375f, 0.5f, 0.25f, 1, 0.75f, 0.125f}, new float[6]);
        fields = PictureFields.of(pictures, Optional.of(ColumnTable.read(table)))
                .with(labels(names, List.of(2, 1), 0, 1, -1, -1, 0, -1), names, Optional.of(predictions));
    }

    private static Labels labels(List<String> names, List<Integer> counts, int... of) {
        return new Labels(1, names, counts, of, new BitSet(), Optional.empty(), Optional.empty());
    }

    /** The indices of a query's pictures. */
    private String found(String query) {
        return IntStream.range(0, NAMES.size())
                .filter(PictureQuery.test(query, fields))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    private static Term word(String text) {
        return new Term("name", Comparison.IS, new QueryValue(text, true));
    }

    @Test
    void parse_orAndNot_bindFromTheLoosestToTheTightest() {
        assertThat(PictureQuery.parse("a b or not c -d"))
                .isEqualTo(new Any(List.of(
                        new All(List.of(word("a"), word("b"))),
                        new All(List.of(new Not(word("c")), new Not(word("d")))))));
        assertThat(PictureQuery.parse("a AND (b OR c)"))
                .isEqualTo(new All(List.of(word("a"), new Any(List.of(word("b"), word("c"))))));
        assertThat(PictureQuery.parse("-(a or b) \"or\""))
                .isEqualTo(new All(List.of(new Not(new Any(List.of(word("a"), word("b")))), word("or"))));
    }

    @Test
    void parse_comparisons_haveFieldSignAndValue() {
        assertThat(PictureQuery.parse("or:3")).isEqualTo(new Term("or", Comparison.IS, new QueryValue("3", false)));
        assertThat(PictureQuery.parse("a!=b<c"))
                .isEqualTo(new Term("a", Comparison.NOT_EQUAL, new QueryValue("b<c", false)));
        assertThat(PictureQuery.parse("\"a:b\" >= -1.5 %"))
                .isEqualTo(new Term("a:b", Comparison.AT_LEAST, new QueryValue("-1.5%", false)));
        assertThat(PictureQuery.parse("a:\"say \"\"hi\"\" (x\""))
                .isEqualTo(new Term("a", Comparison.IS, new QueryValue("say \"hi\" (x", true)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cat                               | 0 2
            CAT animals                       | 0
            "cat 1"                           | 0
            cat - tree                        | 2
            "or"                              | 3
            x(1)                              | 4
            (x(1))                            | 4
            name:tabby                        | 5
            name=or.png                       | 3
            folder:animals                    | 0 1 5
            folder=animals                    | 0 1
            class:"tabby cat"                 | 0 2 4
            class!=dog                        | 0 2 4
            -class:dog                        | 0 2 4
            --CLASS:DOG                       | 1 3 5
            label:cat                         | 0 4
            label!=cat                        | 1 2 3 5
            label:none                        | 2 3 5
            label!=none                       | 0 1 4
            label:"none"                      | 1
            prediction:cat                    | 0 1 2
            certainty<50%                     | 2 5
            certainty <= 50 %                 | 1 2 5
            certainty>=.75                    | 0 3 4
            certainty=100%                    | 3
            score>0                           | 0 3
            score<0                           | 1
            score:-2                          | 1
            Score=1000                        | 3
            score!=1.5                        | 1 2 3 4 5
            score:none                        | 2 4 5
            score!=none                       | 0 1 3
            split:test                        | 1 3
            split==train                      | 0 2
            split:none                        | 4 5
            "two words":x                     | 0 3
            "two words":none                  | 2 4 5
            class:dog score>0 or split:none   | 3 4 5
            class:dog (score>0 or split:none) | 3 5
            -(class:dog or label:cat)         | 2
            """)
    void test_ofAQuery_findsItsPictures(String query, String expected) {
        assertThat(found(query)).isEqualTo(expected);
    }

    @Test
    void test_withoutTermsOrOfAPartOfAClass_findsAllOrNone() {
        assertThat(found("  ")).isEqualTo("0 1 2 3 4 5");
        assertThat(found("class:tabby")).isEmpty();
    }

    private void assertWrong(String query, String message) {
        assertThatThrownBy(() -> PictureQuery.test(query, fields))
                .as(query)
                .isInstanceOf(MmcrException.class)
                .hasMessageStartingWith(message)
                .hasMessageEndingWith(
                        "; the fields are name, folder, class, label, prediction, certainty, score, split, two words");
    }

    @Test
    void test_wrongQuery_saysWhatWasExpectedAndTheFields() {
        assertWrong("colour:red", "expected a field before :, found 'colour'");
        assertWrong("=x", "expected a field before =, found ''");
        assertWrong("class:", "expected a value after class:, found none");
        assertWrong("(class: )", "expected a value after class:, found none");
        assertWrong("class:\"x", "expected a closing quote");
        assertWrong("class<3", "expected : or = or != after class, which is a text, found <;");
        assertWrong("score<abc", "expected a number after score<, found 'abc'");
        assertWrong("score<none", "expected a number after score<, found 'none'");
        assertWrong("a or", "expected a word or a comparison, found none at the end");
        assertWrong("or a", "expected a word or a comparison, found or");
        assertWrong("()", "expected a word or a comparison, found )");
        assertWrong("not", "expected a word or a comparison, found none at the end");
        assertWrong("(a", "expected ) after (, found none");
        assertWrong("a)", "expected ( before ), found none");
    }

    @Test
    void parse_deepOrLong_doesNotExhaustTheStack() {
        assertThat(found("(".repeat(50) + "cat" + ")".repeat(50))).isEqualTo("0 2");
        assertThatThrownBy(() -> PictureQuery.parse("(".repeat(100_000))).hasMessageContaining("at most 50");
        assertThat(found("-".repeat(100_000) + "cat")).isEqualTo("0 2");
        assertThat(found("cat ".repeat(100_000))).isEqualTo("0 2");
    }

    @Test
    void fields_withoutClassesLabelsAndPredictions_haveNoClassAndNoValues() {
        List<PictureField> found = PictureFields.of(TestPictures.ofNoise(2, 1, 1), Optional.empty())
                .with(labels(List.of(), List.of(), -1, -1), List.of(), Optional.empty());
        assertThat(found.stream().map(PictureField::name))
                .containsExactly("name", "folder", "label", "prediction", "certainty");
        assertThat(IntStream.range(0, 2).filter(PictureQuery.test("certainty:none prediction:none", found)))
                .containsExactly(0, 1);
        assertThat(IntStream.range(0, 2).filter(PictureQuery.test("certainty<2 or certainty>=0", found)))
                .isEmpty();
    }
}
