package org.mmcr.objective.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BesselITest {
    /**
     * order, argument, log(exp(-x) I), ratio, 1 - ratio: from mpmath 1.3 at 40 digits, {@code log(besseli(v, x)) - x}
     * and {@code besseli(v + 1, x) / besseli(v, x)}.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 1e-8, -9.999999975e-9, 4.9999999999999999375e-9, 0.999999995",
        "0, 0.5, -0.43845028081451869606, 0.24249961258080194535, 0.75750038741919805465",
        "0, 30, -2.6152985668280641501, 0.98318955536533609269, 0.016810444634663907313",
        "0, 1e3, -4.3726911101305353285, 0.9994998748748042802, 0.00050012512519571980108",
        "0, 1e8, -10.129278903930855472, 0.9999999949999999875, 5.000000012500000125e-9",
        "1, 2, -1.5358655264538402557, 0.43312742672231175832, 0.56687257327768824168",
        "3, 1e-4, -31.502322126211439137, 0.0000124999999984375, 0.9999875000000015625",
        "7.5, 12, -4.5143496258966085128, 0.52454809729881315898, 0.47545190270118684102",
        "15, 1e-8, -314.60669026152555329, 3.1249999999999999997e-10, 0.9999999996875",
        "15, 14.5, -9.6577709248016250862, 0.38799067672237857101, 0.61200932327762142899",
        "39.5, 5, -77.125555719768188792, 0.061500505468389292849, 0.93849949453161070715",
        "40, 40, -21.622712612884660833, 0.40800559986980459655, 0.59199440013019540345",
        "63, 200, -13.434034389736396973, 0.73116349848964413453, 0.26883650151035586547",
        "255, 1e-3, -3099.9432283006550905, 1.95312499999257841e-6, 0.99999804687500000742",
        "255, 256, -122.57675375413210306, 0.41438100772215812983, 0.58561899227784187017",
        "255, 1e6, -7.8592062032668372703, 0.99974453251240698389, 0.00025546748759301610559",
        "1000, 7, -4666.3529723052883236, 0.0034964607935750279028, 0.9965035392064249721",
        "4999, 1e-8, -133132.65211033239193, 1.0e-12, 0.999999999999",
        "4999, 300, -12829.96250266879378, 0.029973053860824871906, 0.97002694613917512809",
        "4999, 5000, -2340.2695893337265554, 0.4142221407395071999, 0.5857778592604928001",
        "4999, 1e5, -131.60002763963515976, 0.95125373285023809144, 0.048746267149761908561",
        "4999, 1e8, -10.254228909529584663, 0.99995000624950004921, 0.000049993750499950785625",
    })
    void logScaledAndRatio_anyOrderAndArgument_matchHighPrecision(
            double order, double x, double log, double ratio, double complement) {
        assertThat(BesselI.logScaled(order, x)).isCloseTo(log, within(2e-14 * Math.abs(log) + 1e-12));
        assertThat(BesselI.ratio(order, x)).isCloseTo(ratio, within(1e-13 * ratio));
        assertThat(BesselI.ratioComplement(order, x)).isCloseTo(complement, within(1e-12 * complement));
    }

    /** I_(1/2) and I_(3/2) in hyperbolic functions; arguments where their closed form does not cancel. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 5, 40, 300})
    void logScaledAndRatio_halfIntegerOrder_matchHyperbolicForm(double x) {
        double half = Math.sqrt(2 / (Math.PI * x)) * Math.sinh(x);
        double threeHalves = Math.sqrt(2 / (Math.PI * x)) * (Math.cosh(x) - Math.sinh(x) / x);
        assertThat(BesselI.logScaled(0.5, x)).isCloseTo(Math.log(half) - x, within(1e-13));
        assertThat(BesselI.ratio(0.5, x)).isCloseTo(threeHalves / half, within(1e-13));
    }

    /** At tiny arguments the first term of the power series is the function. */
    @Test
    void logScaled_tinyArgument_isFirstTermOfSeries() {
        double factorial = 0;
        for (int i = 2; i <= 60; i++) {
            factorial += Math.log(i);
        }
        assertThat(BesselI.logScaled(60, 1e-8)).isCloseTo(60 * Math.log(0.5e-8) - factorial - 1e-8, within(1e-10));
    }
}
