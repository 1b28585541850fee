/* Measurements: accuracy, geometry and information, capacity, simulations. */
const things = (entry) => (entry.settings?.["view.recipes[0].type"] === "vector" ? "rows" : "pictures");
const scoreOf = (subject, protocol) => subject?.protocols.find((one) => one.name === protocol)?.score;
const subjectOf = (evaluation, name) => evaluation?.subjects.find((one) => one.name === name);
const accuracyOf = (score) => (score ? `${percent(score.top1)}${score.top1_std === undefined ? "" : ` ± ${percent(score.top1_std)}`}` : "–");

const accuracySection = (entry) => {
  const evaluation = entry.evaluation;
  if (!evaluation) return null;
  const [trained] = evaluation.subjects;
  return section("Accuracy",
    el("p", {}, `The fraction of ${count(evaluation.test.pictures)} test ${things(entry)} that is classified correctly with the labels of ${count(evaluation.train.pictures)} training ${things(entry)}.${entry.finetuning ? "" : " Training itself saw no label."}`),
    scroll("Accuracy table", table("Top-1 accuracy", ["protocol", ...evaluation.subjects.map((subject) => subject.title)],
      trained.protocols.map((one) => accuracyRow(evaluation, one)))),
    protocols(evaluation, trained),
    confusion(scoreOf(trained, "linear")));
};

/* The accuracies of a protocol, the best in bold. */
const accuracyRow = (evaluation, { name, title }) => {
  const scores = evaluation.subjects.map((subject) => scoreOf(subject, name));
  const best = Math.max(...scores.map((score) => score?.top1 ?? 0));
  return [title, ...scores.map((score) => el("td", { class: score?.top1 === best ? "best" : undefined }, accuracyOf(score)))];
};

/* Settings in words, those inside of settings among them. */
const settingsText = (settings) => Object.entries(settings).map(([name, value]) => {
  if (value !== null && typeof value === "object") return settingsText(value);
  const words = { true: "yes", false: "no", null: "none" }[value] ?? value;
  return `${name.replaceAll("_", " ")} ${isNumber(value) ? Number(value.toPrecision(4)) : words}`;
}).join(", ");

/* Each protocol in words, with its settings of the trained encoder. */
const protocols = (evaluation, trained) => el("details", {}, el("summary", {}, "How each protocol measures"),
  el("ul", {}, trained.protocols.map((one) => el("li", {}, `${one.title}: ${one.description} (${settingsText(one.settings)}).`))),
  el("p", { class: "quiet" }, `Features: ${count(trained.features)}, ${evaluation.precision}.`));

/* The shade of a fraction of a row. */
const shade = (fraction) => `rgb(var(--heat) / ${(0.5 * fraction ** 0.7).toFixed(3)})`;

const shades = () => el("ul", { class: "key" }, [0.05, 0.25, 0.5, 1].map((fraction) => {
  const mark = el("i", { class: "shade", "aria-hidden": "true" });
  mark.style.background = shade(fraction);
  return el("li", {}, mark, `${percent(fraction, 0)} of the row`);
}));

const confusion = (score) => {
  if (!score?.per_class) return null;
  const names = score.per_class.map((one) => one.name);
  if (!score.confusion) return classTable(score);
  const head = el("tr", {}, el("th", { scope: "col" }, "true class"), names.map((name) => el("th", { scope: "col" }, el("span", {}, name))));
  const rows = score.confusion.map((row, i) => {
    const total = row.reduce((a, b) => a + b, 0);
    return el("tr", {}, el("th", { scope: "row" }, names[i]), row.map((n) => {
      const cell = el("td", {}, n ? count(n) : "");
      cell.style.background = shade(total ? n / total : 0);
      return cell;
    }));
  });
  return figure("Confusion matrix",
    "Each row is a true class, each column the prediction of the linear probe; dark cells off the diagonal are pairs of classes that are confused.",
    scroll("Confusion matrix", el("table", { class: "confusion" },
      el("caption", {}, "Counts by true class (row) and predicted class (column), linear probe on the trained encoder"),
      el("thead", {}, head), el("tbody", {}, rows))),
    shades());
};

/* The labels of each draw in words: all, a percentage or a number of each class, or those of a file. */
const labelsText = (labels) => {
  if (labels === "all") return "all labels";
  if (/^[\d.]+ ?%$/.test(labels)) return `${labels} of the labels of each class`;
  const [, number] = /^(\d+)(?:-per-class)?$/.exec(labels) ?? [];
  return number ? `${plural(Number(number), "label", "labels")} of each class` : `the labels of ${labels}`;
};

/* A fine-tuning beside what it is compared with (finetuning.json); the run in its folder is that of the first draw. */
const finetuningLead = (tuned, of) => {
  const [best, ...others] = tuned.rows;
  return `Fine-tuned with ${labelsText(tuned.labels)}, the encoder classifies ${percent(best.top1)} of ${count(tuned.test.pictures ?? tuned.test.rows)} test ${of} correctly${others.length ? `, against ${others.map((one) => `${percent(one.top1)} (${one.title})`).join(" and ")}` : ""}.`;
};

const finetuningSection = (entry) => {
  const tuned = entry.finetuning;
  if (!tuned) return null;
  const notes = tuned.notes ?? [];
  return section("Accuracy after fine-tuning",
    scroll("Accuracy after fine-tuning", table(`Top-1 accuracy on the test data, mean and standard deviation over ${plural(tuned.draws, "draw", "draws")} of the labels`,
      ["encoder", "accuracy", "each draw"],
      tuned.rows.map((row) => [row.title, `${percent(row.top1)} ± ${fixed(100 * row.top1_std, 1)}`, row.draws.map((value) => percent(value)).join(", ")]))),
    notes.length ? el("ul", { class: "cautions" }, notes.map((note) => el("li", {}, `${sentence(note)}`))) : null,
    el("p", { class: "quiet" }, "The curves below are those of the first draw."));
};

/* Too many classes for a matrix: the hardest ones. */
const classTable = (score) => {
  const hardest = score.per_class.filter((one) => one.n).sort((a, b) => a.accuracy - b.accuracy).slice(0, 20);
  return scroll("Hardest classes", table("The classes with the lowest accuracy", ["class", "samples", "accuracy"],
    hardest.map((one) => [one.name, count(one.n), percent(one.accuracy)])));
};

/* Theory is open on the page of a measurement and folded on that of a run. */
const folded = (entry, title, ...content) => (entry.run ? el("details", {}, el("summary", {}, title), content) : content);

const geometrySection = (entry) => {
  const analysis = entry.analysis;
  if (!analysis) return null;
  const interval = (name) => {
    const found = analysis.intervals?.[name];
    return found ? ` [${fixed(found.low, 2)}, ${fixed(found.high, 2)}]${found.caution ? ` (unreliable: ${found.caution})` : ""}` : "";
  };
  const ofViews = (text) => (analysis.alignment === undefined ? undefined : text());
  const cosine = (value) => (value === undefined ? "none" : fixed(value));
  return section("Geometry and information of the embeddings",
    el("p", {}, `${plural(analysis.views, "view", "views")} of each of ${count(analysis.samples)} samples in ${count(analysis.dimension)} dimensions.`),
    el("ul", {}, analysis.verdict.map((sentence) => el("li", {}, sentence)),
      analysis.left_out && el("li", {}, "one view of each sample: what compares views is left out (invariance, alignment, reconstruction, mutual information)")),
    folded(entry, "Spectrum and all figures of the theory",
      spectrum([{ ...entry, label: "these embeddings" }]),
      facts("All figures; information in nats, 95 % intervals in brackets", [
        ["Nuclear norm", `${fixed(analysis.nuclear_norm, 2)} of at most ${fixed(analysis.upper_bound, 2)}`],
        ["Percent error", `${percent(analysis.percent_error, 2)}; uniform points ${percent(analysis.uniform_percent_error, 2)}`],
        ["Fraction of the bound", analysis.invariance === undefined ? undefined : `${fixed(analysis.invariance, 4)} by invariance × ${fixed(analysis.spread, 4)} by spread`],
        ["Effective rank", `${fixed(analysis.effective_rank, 1)} of at most ${analysis.singular_values.length}`],
        ["Alignment", ofViews(() => `${fixed(analysis.alignment)} (0: views coincide)`)],
        ["Uniformity", `${fixed(analysis.uniformity)} (0: all points coincide)`],
        ["Entropy of a view", `${fixed(analysis.entropy, 2)}${interval("entropy")}, at most ${fixed(analysis.entropy_max, 2)}`],
        ["Reconstruction", ofViews(() => `${fixed(analysis.reconstruction, 2)}${interval("reconstruction")}`)],
        ["Information of two views", ofViews(() => (analysis.mi_lower_bound > 0 ? `at least ${fixed(analysis.mi_lower_bound, 2)}${interval("mi_lower_bound")}` : "no information shown; the lower bound is not above zero"))],
        ["InfoNCE", ofViews(() => `${analysis.infonce > 0 ? `${fixed(analysis.infonce, 2)}${interval("infonce")}` : "no information shown"}, at most ${fixed(analysis.infonce_ceiling, 2)}`)],
        ["Cosine within / between classes", analysis.classes ? `${cosine(analysis.classes.within_cosine)} / ${cosine(analysis.classes.between_cosine)}, ${plural(analysis.classes.classes, "class", "classes")}` : undefined],
      ])));
};

/* Squared singular values over their value at the bound, where all are equal to N / min(N, D). */
const spectrum = (entries) => {
  const with_ = entries.filter((entry) => entry.analysis);
  if (!with_.length) return null;
  const curves = with_.map((entry, i) => {
    const values = entry.analysis.singular_values;
    const unit = entry.analysis.samples / values.length;
    return { name: entry.label, colour: entry.colour ?? i, x: values.map((_, at) => (at + 0.5) / values.length), y: values.map((v) => Math.max(1e-6, (v * v) / unit)) };
  });
  const law = with_[0].marchenko_pastur;
  const alike = with_.every(({ analysis }) => analysis.samples === with_[0].analysis.samples && analysis.dimension === with_[0].analysis.dimension);
  const all = curves.flatMap((curve) => curve.y);
  return figure("Singular spectrum",
    "Squared singular values of the centroids, largest first; all would be 1 at the bound. The grey dashed curve is the Marchenko-Pastur law of uniform points. A curve that drops early uses few directions.",
    ...chart([...curves, ...(law ? [{ name: `uniform points (Marchenko-Pastur)${alike ? "" : `, as many as of ${with_[0].label}`}`, x: law.fraction, y: law.value.map((v) => Math.max(1e-6, v)), level: true, dash: true }] : [])],
      { x: "fraction of the directions", y: "value at the bound = 1", log: Math.min(...all) < Math.max(...all) / 30, from0: true, height: 300,
        description: `Singular spectrum: the largest squared value is ${fixed(Math.max(...all), 2)}, the smallest ${fixed(Math.min(...all), 4)}, where 1 is the value at the bound.` }));
};

/* Each measure of quality: its key, its title, and what its values mean. */
const QUALITY = [
  ["rankme", "RankMe", "effective number of directions of all rows; higher is said to transfer better"],
  ["nesum", "NESum", "sum of the covariance's eigenvalues over the largest; 1 is one direction"],
  ["lidar", "LiDAR", "directions in which pictures differ more than their views"],
  ["alpha_req", "alpha-ReQ", "exponent of the spectrum's power law; about 1 is said to be best"],
  ["effective_rank", "Effective rank", "of the centroids of unit views"],
  ["percent_error", "Percent error", "fraction of the bound of the nuclear norm that is missing"],
  ["alignment", "Alignment", "mean squared distance of two views; 0 if they coincide"],
  ["uniformity", "Uniformity", "0 if all pictures coincide, lower if they spread"],
  ["cluster_learnability", "Cluster learnability", "accuracy of the nearest earlier picture on k-means clusters"],
  ["intrinsic_dimension", "Intrinsic dimension", "by the two nearest neighbours"],
  ["view_capacity", "View capacity", "pictures per dimension that a read-out separates in spite of their views"],
  ["view_radius", "View radius", "of a picture's views, in norms of their centre"],
  ["view_dimension", "View dimension", "of a picture's views"],
  ["mi_lower_bound", "Information of two views", "at least, in nats; another estimate"],
  ["infonce", "InfoNCE", "how surely a picture is found again by another view, in nats; higher is better"],
];

/* Lower bounds of information, which tell nothing at or below zero. */
const INFORMATION = new Set(["mi_lower_bound", "infonce"]);

const qualitySection = (entry) => {
  const quality = entry.quality;
  if (!quality) return null;
  const number = (value) => fixed(value, Math.abs(value) >= 100 ? 1 : 3);
  const titles = new Map(QUALITY.map(([key, title]) => [key, title]));
  return section("Quality without labels",
    el("p", {}, `${plural(quality.views, "view", "views")} of each of ${count(quality.pictures)} ${things(entry)}, ${count(quality.dimension)} dimensions; 95 % intervals over ${things(entry)}. Compare only representations measured with as many of both.`),
    scroll("Quality without labels", table("Measures", ["measure", "value", "95 % interval", "meaning"],
      QUALITY.filter(([key]) => quality[key] !== undefined).map(([key, title, meaning]) => [title,
        ...(INFORMATION.has(key) && valueOf(quality[key]) <= 0 ? ["none shown", ""] : [number(valueOf(quality[key])), (quality[key].ci95 ?? []).map(number).join(" to ")]), meaning]), "measures")),
    quality.cautions.length ? [el("p", {}, "With care:"), el("ul", { class: "cautions" }, joined(quality.cautions).map(([text, measures]) =>
      el("li", {}, el("strong", {}, measures.map((one) => titles.get(one) ?? one).join(", ")), `: ${text}.`)))] : null);
};

/* Each text of cautions once, with the measures that it is about. */
const joined = (cautions) => [...new Set(cautions.map((one) => one.text))]
  .map((text) => [text, cautions.filter((one) => one.text === text).map((one) => one.measure)]);

/* The number of classes and points; evaluate measures a subset of many. */
const capacityOf = (capacity, classes) => {
  const measured = capacity.per_manifold.length;
  const most = Math.max(...capacity.per_manifold.map((one) => one.points));
  return `Of ${measured < classes ? `${count(measured)} of the ${count(classes)}` : `all ${count(measured)}`} classes, with up to ${plural(most, "point", "points")} each.`;
};

/* Share and capacity without a class or a point; older documents have neither. */
const costOf = (one) => [one.share, one.capacity_without].map((value) => (typeof value === "number" ? fixed(value) : ""));

const capacitySection = (entry) => {
  const capacity = entry.capacity;
  if (!capacity) return null;
  const interval = (value, digits) => `95 %: ${value.ci95.map((v) => fixed(v, digits)).join(" to ")}`;
  return section("Manifold capacity",
    el("p", {}, "The number of classes per dimension that a linear classifier can separate, and the geometry of the classes that decides it. A small radius and a low dimension mean a high capacity. By chance is what as many points have whose labels say nothing about them."),
    tiles([
      ["capacity", fixed(capacity.capacity.value), `${interval(capacity.capacity)}; median ${fixed(capacity.medians?.capacity)}${capacity.chance === undefined ? "" : `; by chance ${fixed(capacity.chance)}`}`],
      ["radius", fixed(capacity.radius.value), `${interval(capacity.radius)}; median ${fixed(capacity.medians?.radius)}`],
      ["dimension", fixed(capacity.dimension.value, 1), `${interval(capacity.dimension, 1)}; median ${fixed(capacity.medians?.dimension, 1)}`],
      ["correlation of centres", fixed(capacity.center_correlation), `${fixed(capacity.residual_correlation)} after ${plural(capacity.low_rank, "common direction", "common directions")}`],
    ]),
    el("p", {}, capacityOf(capacity, scoreOf(subjectOf(entry.evaluation, "trained"), "linear")?.per_class?.length ?? 0)),
    scroll("Capacity of each class", table(capacity.per_manifold.length > 40 ? "The 40 classes with the lowest capacity" : "Each class",
      ["class", "points", "capacity", "radius", "dimension", "share of the cost", "capacity without it"],
      [...capacity.per_manifold].sort((a, b) => a.capacity - b.capacity).slice(0, 40)
        .map((one) => [one.label, count(one.points), fixed(one.capacity), fixed(one.radius), fixed(one.dimension, 1), ...costOf(one)]))),
    capacity.costliest?.length ? scroll("Points that cost most capacity", table("Points that cost most capacity",
      ["class", "row", "distance from the centre", "directions", "share of the cost", "capacity without it"],
      capacity.costliest.map((one) => [one.label, String(one.point), fixed(one.radius), fixed(one.active), ...costOf(one)]))) : null,
    cautionList(capacity.cautions));
};

/* The best direction of paired data in one sentence. */
const pairsLead = ({ pairs }) => {
  const [best] = pairs.flatMap((pair) => [pair.forth, pair.back]).sort((a, b) => b.recall1 - a.recall1);
  return best ? `Among ${count(best.candidates)} candidates of ${best.to}, the partner of a row of ${best.from} comes first in ${percent(best.recall1)} of cases, against ${percent(best.chance.recall1)} in a random order.` : "No two modalities have samples in common.";
};

/* How well rows of one modality find their partners in another (pairs.json). */
const pairsSection = (entry) => {
  const found = entry.pairs;
  if (!found) return null;
  const cells = (one) => [...[one.recall1, one.recall5, one.recall10].map((value) => percent(value)), fixed(one.median_rank, 1)];
  const row = (one) => [`${one.from} → ${one.to}`, count(one.candidates), ...cells(one), percent(one.matching)];
  const chance = (one) => ["in a random order", "", ...cells(one.chance), percent(0.5)];
  const nats = (value) => (value > 0 ? fixed(value, 2) : "none shown");
  const analysed = found.pairs.filter((pair) => pair.analysis);
  return section("Retrieval between modalities",
    el("p", {}, `${count(found.samples)} samples, ${count(found.complete)} of them with every modality (${found.modalities.map((one) => `${one.name}: ${count(one.samples)}`).join(", ")}). Each row's partner is ranked among all candidates by cosine; matching is the probability that it is nearer than one other candidate drawn at random.`),
    scroll("Retrieval between modalities", table("Each direction", ["direction", "candidates", "recall at 1", "at 5", "at 10", "median rank", "matching"],
      found.pairs.flatMap((pair) => [row(pair.forth), row(pair.back), chance(pair.forth)]))),
    analysed.length ? scroll("Bound and information of modalities", table("The modalities as views of a sample",
      ["modalities", "percent error", "of uniform points", "mutual information at least (InfoNCE), nats", "at most, for as many samples"],
      analysed.map(({ first, second, analysis }) => [`${first}, ${second}`, percent(analysis.percent_error), percent(analysis.uniform_percent_error), nats(analysis.infonce), fixed(analysis.infonce_ceiling, 2)]))) : null,
    found.notes.length ? el("ul", { class: "cautions" }, found.notes.map((note) => el("li", {}, sentence(note)))) : null);
};

/* A figure with its interval is an object, one without is a number. */
const valueOf = (figure) => figure?.value ?? figure;

/* The capacity of classes as they lie, correlations included (glue.json). */
const correlatedSection = (entry) => {
  const glue = entry.glue;
  if (!glue) return null;
  const tile = (name, figure, digits, note) => [name, fixed(valueOf(figure), digits),
    [figure.ci95 && `95 %: ${figure.ci95.map((v) => fixed(v, digits)).join(" to ")}`, note].filter(Boolean).join("; ")];
  const alignments = [["alignment of centres", glue.center_alignment], ["alignment of axes", glue.axis_alignment], ["alignment of centres and axes", glue.center_axis_alignment]];
  return section("Correlated manifold capacity",
    el("p", {}, "The number of classes per dimension that a plane through the origin can separate, with all correlations between classes. A small radius and a low dimension mean a high capacity; alignments are mean absolute cosines, 0 to 1. Medians are over classes, each measured alone."),
    tiles([
      tile("capacity", glue.capacity, 3, glue.chance && `by chance ${fixed(glue.chance)}`),
      tile("radius", glue.radius, 3, glue.medians && `median ${fixed(glue.medians.radius)}`),
      tile("dimension", glue.dimension, 1, glue.medians && `median ${fixed(glue.medians.dimension, 1)}`),
      tile("utility", glue.utility),
      ...alignments.filter(([, figure]) => figure !== null).map(([name, figure]) => tile(name, figure)),
    ]),
    el("p", {}, `${capacityOf(glue, 0)} ${plural(glue.pairs, "pair", "pairs")} of a direction and a dichotomy.`),
    scroll("Geometry of each class", table(glue.per_manifold.length > 40 ? "The 40 classes with the largest share" : "Each class",
      ["class", "points", "active", "share", "radius", "dimension"],
      [...glue.per_manifold].sort((a, b) => b.share - a.share).slice(0, 40)
        .map((one) => [one.label, count(one.points), fixed(one.active), fixed(one.share), fixed(one.radius), fixed(one.dimension)]))),
    cautionList(glue.cautions));
};

/* Capacity against depth, and every ill-posed case with its layers. */
const layersSection = (entry) => {
  const layers = entry.layers;
  if (!layers) return null;
  const pairs = layers.after.map((after, i) => [layers.before[i], after]);
  const both = (of, digits) => pairs.map((pair) => pair.map((one) => fixed(of(one), digits)).join(" → "));
  const columns = [both((one) => one.capacity.value), both((one) => one.radius.value), both((one) => one.dimension.value, 1), both((one) => one.center_correlation ?? valueOf(one.center_alignment))];
  const depth = pairs.map((_, i) => i + 1);
  const highest = pairs.reduce((a, b) => (b[1].capacity.value > a[1].capacity.value ? b : a))[1];
  return section("Capacity of each layer",
    el("p", {}, `The ${plural(layers.classes, "class", "classes")} of ${count(layers.pictures)} pictures at every layer, before pretraining → after it.`),
    figure("Capacity against depth", "Layers from the input on, in the order of the table. Where the curve rises, classes become easier to separate.",
      ...chart(["before", "after"].map((when, i) => ({ name: `${when} pretraining`, x: depth, y: layers[when].map((one) => one.capacity.value), points: true, colour: 1 - i })),
        { x: "layer", whole: true, y: "capacity", from0: true, description: `Capacity of ${pairs.length} layers before and after pretraining; after it the highest is ${fixed(highest.capacity.value)} at ${highest.layer}.` })),
    scroll("Layers", table("Each layer", ["layer", "numbers", "capacity", "radius", "dimension", "correlation of centres"],
      pairs.map(([, after], i) => [after.layer, count(after.width), ...columns.map((column) => column[i])]))),
    cautionList(layerCautions(layers)));
};

/* Capacity over times, training steps or conditions (series.json): a curve with its band for each condition. */
const seriesSection = (entry) => {
  const series = entry.series;
  if (!series) return null;
  const names = [...new Set(series.conditions.map((one) => one.condition))];
  const short = shortNames(names);
  const named = (one) => short[names.indexOf(one.condition)] + (one.at === undefined ? "" : ` ${count(one.at)}`);
  const place = (one) => JSON.stringify([one.condition, one.at]);
  const curves = (of) => names.map((name, i) => {
    const points = series.conditions.filter((one) => one.condition === name && of(one) !== null);
    const ends = points.map((one) => of(one).ci95 ?? [null, null]);
    return { name: short[i], x: points.map((one) => one.at), y: points.map((one) => valueOf(of(one))), low: ends.map((one) => one[0]), high: ends.map((one) => one[1]), points: true, colour: i };
  }).filter((one) => one.x.length);
  const drawn = (title, of) => {
    const lines = curves(of);
    return lines.length ? figure(title, "Bands are 95 % intervals.", ...chart(lines, { x: series.over, y: title.toLowerCase(), height: 220, from0: true,
      description: `${title} over ${plural(lines[0].x.length, series.over, `${series.over}s`)}; the last value is ${fixed(last(lines[0].y))}.` })) : null;
  };
  const shown = (one, digits) => (one === null || one === undefined ? "" : `${fixed(valueOf(one), digits)}${one.ci95 ? ` [${one.ci95.map((v) => fixed(v, digits)).join(", ")}]` : ""}`);
  const changes = new Map(series.differences.map((one) => [place(one), one.figures.capacity]));
  const alignment = (one) => one.axis_alignment ?? null;
  return section("Capacity in each condition",
    el("p", {}, `The same classes in ${plural(names.length, "condition", "conditions")}${series.over === "condition" ? "" : ` at ${plural(series.conditions.length / names.length, series.over, `${series.over}s`)}`}, measured with the same directions${changes.size ? "; changes of capacity resample the same pairs in both" : ""}.`),
    series.over === "condition" ? null : el("div", { class: "pair" }, [
      drawn("Capacity", (one) => one.capacity), drawn("Radius", (one) => one.radius),
      drawn("Dimension", (one) => one.dimension), drawn("Alignment of axes", alignment)]),
    scroll("Conditions", table("Each condition", ["condition", "capacity", "radius", "dimension", "change of capacity"],
      series.conditions.map((one) => [named(one), shown(one.capacity, 3), shown(one.radius, 3), shown(one.dimension, 2), shown(changes.get(place(one)), 3)]))),
    cautionList(seriesCautions(series, named)));
};

/* One caution for each case, whose places are conditions with their classes. */
const seriesCautions = (series, named) => {
  const found = new Map();
  for (const one of series.conditions) {
    for (const note of one.cautions ?? []) {
      if (!found.has(note.case)) found.set(note.case, { case: note.case, classes: [], text: note.text });
      found.get(note.case).classes.push(note.classes.length ? `${named(one)}: ${shortly(note.classes)}` : named(one));
    }
  }
  return [...found.values()];
};

/* One caution for each case and time, whose places are layers with their classes. */
const layerCautions = (layers) => {
  const found = new Map();
  for (const when of ["before", "after"]) {
    for (const layer of layers[when]) {
      for (const note of layer.cautions ?? []) {
        const key = `${note.case}, ${when}`;
        if (!found.has(key)) found.set(key, { case: key, classes: [], text: note.text });
        found.get(key).classes.push(note.classes.length ? `${layer.layer}: ${shortly(note.classes)}` : layer.layer);
      }
    }
  }
  return [...found.values()];
};

const shortly = (names) => (names.length > 3 ? plural(names.length, "class", "classes") : names.join(", "));

const cautionList = (notes) => (notes?.length
  ? [el("p", {}, "With care:"), el("ul", { class: "cautions" }, notes.map((note) =>
    el("li", {}, el("strong", {}, note.case.replaceAll("_", " ")), `${note.classes.length ? ` (${note.classes.length > 12 ? plural(note.classes.length, "class", "classes") : note.classes.join("; ")})` : ""}: ${note.text}.`)))]
  : null);

const ends = (interval) => (interval ? ` (95 %: ${interval.map((value) => fixed(value, 2)).join(" to ")})` : "");

const simulationSection = (entry) => {
  const words = [];
  const summary = entry.figure1?.summary;
  if (summary) {
    words.push(`Away from N = D the percent error of uniform points falls as a power of the ratio: fitted powers ${fixed(summary.exponent_few_points, 2)}${ends(summary.exponent_few_points_ci95)} where there are fewer points than dimensions and ${fixed(summary.exponent_many_points, 2)}${ends(summary.exponent_many_points_ci95)} where there are more; theory tends to -1.`);
    words.push(`The cell furthest from theory is N = ${count(summary.worst_deviation.points)}, D = ${count(summary.worst_deviation.dimensions)}: ${percent(Math.abs(summary.worst_deviation.deviation), 2)} off, ${fixed(summary.worst_deviation.standard_errors, 1)} standard errors.`);
  } else if (entry.figure1) {
    words.push("The simulation has not finished; continue it with mmcr simulate figure1 --resume.");
  }
  if (entry.information) {
    words.push(`Over ${count(entry.information.cells.length)} kinds of embeddings, nearness to the bound and the bound of information have a rank correlation of ${fixed(entry.information.rank_correlation)} (with InfoNCE ${fixed(entry.information.infonce_rank_correlation)}); 1 means the same order.`);
  }
  const sphere = entry.sphere && scroll("Descent on the sphere", table(
    `Points moved by the objective itself; uniform points have a percent error of ${percent(entry.sphere.uniform_percent_error, 2)}`,
    ["start", "percent error, first", "last", "mean squared centroid length"],
    entry.sphere.outcomes.map((one) => [one.start, percent(one.first, 2), percent(one.last, 4), fixed(one.mean_squared_centroid_norm, 6)])));
  const figures = (entry.figures ?? []).map((one) => figure(one.name.replaceAll("-", " "), "Drawn by the simulation; its numbers are in the files beside this page.",
    el("img", { class: "drawn", src: one.image, alt: `Figure ${one.name} of the simulation; its numbers are in the document embedded in this page` })));
  return words.length || sphere || figures.length
    ? section("Simulation", words.map((sentence) => el("p", {}, sentence)), sphere, figures) : null;
};
