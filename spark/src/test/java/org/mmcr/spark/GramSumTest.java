package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class GramSumTest {
    @Test
    void add_manySmallAfterALarge_losesNothing() {
        GramSum sum = new GramSum(1, 2);
        sum.add(new double[] {1e16}, 1, 0.5);
        for (int i = 0; i < 1000; i++) {
            sum.add(new double[] {0.125}, 1, 0.5);
        }
        // A plain sum stays at 1e16.
        assertThat(value(sum)).isEqualTo(1e16 + 125);
        assertThat(sum.meanCosine()).isCloseTo(0.5, within(1e-15));
        assertThat(sum.samples()).isEqualTo(1001);
    }

    @Test
    void add_partsInATree_equalExactArithmetic() {
        Random random = new Random(1);
        BigDecimal exact = BigDecimal.ZERO;
        GramSum all = new GramSum(1, 1);
        for (int part = 0; part < 50; part++) {
            GramSum some = new GramSum(1, 1);
            for (int i = 0; i < 50; i++) {
                double term = random.nextGaussian() * Math.pow(10, random.nextInt(20) - 10);
                some.add(new double[] {term}, 1, 0);
                exact = exact.add(new BigDecimal(term));
            }
            all.add(some);
        }
        assertThat(value(all)).isEqualTo(exact.doubleValue());
    }

    @Test
    void gram_packedTriangle_comesBackInItsPlace() {
        GramSum sum = new GramSum(3, 1);
        sum.add(new double[] {1, -1, -1, 2, 3, -1, 4, 5, 6}, 4, 0);
        sum.add(new GramSum(3, 1));
        double[] full = new double[9];
        sum.gram().data_ptr_double().get(full);
        assertThat(full).containsExactly(1, 0, 0, 2, 3, 0, 4, 5, 6);
    }

    private static double value(GramSum sum) {
        return sum.gram().item_double();
    }
}
