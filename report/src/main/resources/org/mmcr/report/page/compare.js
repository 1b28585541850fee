/* Several runs or measurements side by side. */
const compareSections = (entries) => [
  comparisonTable(entries),
  trainingSection(entries),
  comparedAccuracy(entries),
  comparedGeometry(entries),
  comparedCapacity(entries),
  ...entries.map((entry) => diagnosticsSection(entry, `Diagnostics: ${entry.label}`)),
];

const column = (entries, rows) => rows
  .map(([name, value]) => [name, ...entries.map((entry) => value(entry) ?? "–")])
  .filter(([, ...cells]) => cells.some((cell) => cell !== "–"));

const comparisonTable = (entries) => section("Side by side",
  scroll("Comparison", table("What was run", ["run", ...entries.map((entry) => entry.label)], column(entries, [
    ["data", (e) => e.run?.data_location],
    ["data fingerprint", (e) => e.run?.data_fingerprint],
    ["samples", (e) => e.run && count(trainedOn(e))],
    ["training", (e) => e.run?.totals && duration(e.run.totals.seconds)],
    ["views seen", (e) => e.run?.totals && count(e.run.totals.views_seen)],
    ["steps", (e) => e.run?.totals && count(e.run.totals.steps)],
    ["samples × views of a step", (e) => e.step && `${e.step.samples} × ${e.step.views}`],
    ["dimensions", (e) => e.step && count(e.step.dimension)],
    ["seed", (e) => e.run && String(e.run.seed)],
    ["objective", (e) => e.run?.objective?.type],
    ["test data", (e) => e.evaluation?.test.location],
    ["test data fingerprint", (e) => e.evaluation?.test.fingerprint],
    ...figuresOf(entries).map((one) => [`${one.title.toLowerCase()} at the end`, (e) => (isNumber(e.run?.totals?.figures?.[one.name]) ? figureText(one, e.run.totals.figures[one.name]) : undefined)]),
    ["processor", (e) => e.run && `${e.run.machine.cpu}, ${plural(e.run.machine.cores, "core", "cores")}`],
    ...differences(entries),
  ]))), el("p", { class: "quiet" }, `Settings that are not listed are the same in ${entries.every((entry) => entry.settings) ? "all runs" : "all entries that are runs"}.`));

/* Rows of the settings that are not the same in all runs. */
const differences = (entries) => {
  const settings = entries.map((entry) => entry.settings).filter(Boolean);
  return [...new Set(settings.flatMap(Object.keys))]
    .filter((key) => key !== "objective.type") // has a row of its own
    .filter((key) => new Set(settings.map((one) => one[key])).size > 1)
    .map((key) => [key, (entry) => entry.settings?.[key]]);
};

/* Names the entries that have no such measurement. */
const without = (entries, document, remedy) => {
  const missing = entries.filter((entry) => !entry[document]).map((entry) => entry.label);
  return missing.length ? el("p", { class: "quiet" }, `Not measured: ${missing.join(", ")}; ${remedy}.`) : null;
};

/* Whether all evaluations have the same test data. */
const testedAlike = (entries) => new Set(entries.filter((entry) => entry.evaluation)
  .map(({ evaluation }) => evaluation.test.fingerprint ?? evaluation.test.location)).size === 1;

const comparedAccuracy = (entries) => {
  const rows = entries.filter((entry) => entry.evaluation).flatMap((entry) =>
    entry.evaluation.subjects.map((subject, i) => [i === 0 ? entry.label : `${entry.label}, ${subject.title}`, subject]));
  const missing = without(entries, "evaluation", "mmcr evaluate RUN --train DATA --test DATA measures a run");
  if (!rows.length) return section("Accuracy", missing);
  const found = new Map(rows.flatMap(([, subject]) => subject.protocols.map((one) => [one.name, one.title])));
  const alike = testedAlike(entries);
  const best = Object.fromEntries([...found.keys()].map((key) => [key, Math.max(...rows.map(([, subject]) => scoreOf(subject, key)?.top1 ?? 0))]));
  return section("Accuracy",
    el("p", {}, `The fraction of test samples that is classified correctly; ${alike ? "the best of each column is bold" : "the test data differ, so the runs cannot be ranked by it"}.`),
    scroll("Accuracy table", table("Top-1 accuracy", ["features", ...found.values(), "tested"],
      rows.map(([name, subject]) => [name, ...[...found.keys()].map((key) => el("td", { class: alike && scoreOf(subject, key)?.top1 === best[key] ? "best" : undefined }, accuracyOf(scoreOf(subject, key)))), count(subject.protocols[0].score.n)]))), missing);
};

const comparedGeometry = (entries) => {
  const found = entries.filter((entry) => entry.analysis);
  if (!found.length) return null;
  return section("Geometry and information of the embeddings",
    scroll("Figures of the theory", table("Of the evaluated embeddings; information in nats", ["figure", ...found.map((entry) => entry.label)], column(found, [
      ["percent error", (e) => percent(e.analysis.percent_error, 2)],
      ["percent error of uniform points", (e) => percent(e.analysis.uniform_percent_error, 2)],
      ["effective rank", (e) => fixed(e.analysis.effective_rank, 1)],
      ["alignment", (e) => fixed(e.analysis.alignment)],
      ["uniformity", (e) => fixed(e.analysis.uniformity)],
      ["information, at least", (e) => (e.analysis.mi_lower_bound <= 0 ? "no information shown" : fixed(e.analysis.mi_lower_bound, 2))],
    ]))),
    without(entries, "analysis", "mmcr evaluate or analyze measures it"),
    spectrum(found));
};

const comparedCapacity = (entries) => {
  const found = entries.filter((entry) => entry.capacity);
  if (!found.length) return null;
  return section("Manifold capacity",
    scroll("Capacity", table("Of the classes; means over them", ["figure", ...found.map((entry) => entry.label)], column(found, [
      ["test data", (e) => e.evaluation?.test.location],
      ["capacity", (e) => fixed(e.capacity.capacity.value)],
      ["radius", (e) => fixed(e.capacity.radius.value)],
      ["dimension", (e) => fixed(e.capacity.dimension.value, 1)],
      ["correlation of centres", (e) => fixed(e.capacity.center_correlation)],
    ]))),
    without(entries, "capacity", "mmcr evaluate or capacity measures it"));
};
