/* The page from its document, top to bottom. */
const report = JSON.parse(document.getElementById("document").textContent);

const diagnosticsSection = (entry, title = "Diagnostics") => (entry.diagnostics?.length
  ? section(title, el("ul", { class: "cautions" }, entry.diagnostics.map((one) =>
    el("li", {}, el("strong", {}, sentence(one.found)), ` ${sentence(one.remedy)}`)))) : null);

/* Samples held out of training by --knn-every. */
const heldOut = (entry) => last(entry.monitor?.queries) ?? 0;
const trainedOn = (entry) => entry.run.pictures - heldOut(entry);

/* What to do with a run that has no evaluation: mmcr explore shows pictures alone, and pairs need no labels. */
const nextStep = (entry) => {
  if (entry.settings?.["model.encoder.type"] === "towers") return "With mmcr evaluate, see how well its rows find their partners.";
  const measured = "with labelled data, mmcr evaluate measures its accuracy.";
  return things(entry) === "pictures" ? `See what it learned with mmcr explore; ${measured}` : sentence(measured);
};

const leadOf = (entry) => {
  const { run, evaluation, analysis, quality, capacity } = entry;
  const words = [];
  if (entry.verdict) words.push(`${sentence(entry.verdict)}`);
  if (entry.finetuning) {
    words.push(finetuningLead(entry.finetuning, things(entry)));
  } else if (run?.totals) {
    words.push(`An encoder trained for ${duration(run.totals.seconds)} on ${count(trainedOn(entry))} ${things(entry)}, without their labels.`);
  } else if (run) {
    words.push(`An encoder in training on ${count(trainedOn(entry))} ${things(entry)}, without their labels.`);
  }
  if (run?.totals && !evaluation && !entry.pairs && !entry.finetuning) {
    words.push(nextStep(entry));
  }
  if (entry.pairs) words.push(pairsLead(entry.pairs));
  if (evaluation) {
    const [trained, ...others] = evaluation.subjects;
    const linear = scoreOf(trained, "linear");
    const beside = others.map((other) => `${percent(scoreOf(other, "linear").top1)} for the ${other.title}`);
    words.push(`A linear probe on its features classifies ${percent(linear.top1)} of ${count(linear.n)} test ${things(entry)} correctly${beside.length ? `, against ${beside.join(" and ")}` : ""}.`);
  } else if (analysis && !run) {
    words.push(`Embeddings of ${count(analysis.samples)} samples: ${analysis.verdict[0]}.`);
  } else if (quality && !run) {
    words.push(`Embeddings of ${count(quality.pictures)} pictures, measured without labels.`);
  } else if (capacity && !run) {
    words.push(`The capacity of ${plural(capacity.per_manifold.length, "class", "classes")} of points: ${fixed(capacity.capacity.value)} per dimension.`);
  }
  if (entry.layers && !run) words.push(`The capacity of ${plural(entry.layers.classes, "class", "classes")} at ${plural(entry.layers.after.length, "layer", "layers")} of an encoder.`);
  if (entry.series && !run) words.push(`The capacity of the same classes in ${plural(entry.series.conditions.length, "entry", "entries")} over ${entry.series.over}.`);
  if (entry.figure1) words.push("The distance of uniform points on the sphere from the bound, for many numbers of points and dimensions.");
  if (entry.sphere) words.push("Points on the sphere moved to the bound by gradient descent on the objective, from several starts.");
  if (entry.information) words.push("Embeddings from noisy to sharp and from collapsed to uniform: their percent error beside the mutual information of their views.");
  return words.length ? el("p", { class: "lead" }, words.join(" ")) : null;
};

/* The first numbers: those of a run with accuracies have no theory. */
const headlineTiles = (entry) => {
  const { run, evaluation, analysis } = entry;
  const items = [];
  if (evaluation) {
    for (const [name, protocol] of [["linear accuracy", "linear"], ["kNN accuracy (k 20)", "knn20"]]) {
      const untrained = scoreOf(subjectOf(evaluation, "untrained"), protocol);
      items.push([name, accuracyOf(scoreOf(subjectOf(evaluation, "trained"), protocol)), untrained && `untrained ${percent(untrained.top1)}`]);
    }
  }
  if (run?.totals) {
    const [first] = figuresOf([entry]);
    const [reference] = first?.references ?? [];
    if (evaluation) items.push(["loss", fixed(run.totals.loss, 3), "of the last step"], ["training", duration(run.totals.seconds)]);
    else if (first) items.push([first.title.toLowerCase(), figureText(first, run.totals.figures[first.name]), reference && `${reference.title} ${figureText(first, reference.value)}`]);
    items.push(["views seen", count(run.totals.views_seen), `${count(run.totals.views_per_second)} a second`]);
  } else if (analysis) {
    items.push(["percent error", percent(analysis.percent_error), `uniform points ${percent(analysis.uniform_percent_error)}`]);
  }
  if (analysis && !(run && evaluation)) {
    items.push(["effective rank", fixed(analysis.effective_rank, 1), `of ${analysis.singular_values.length}`]);
  }
  return items.length ? tiles(items) : null;
};

/* How each document of the page was made. */
const documentsTable = (entry) => {
  const made = Object.entries(entry).filter(([, document]) => document?.provenance);
  if (!made.length) return null;
  return scroll("Documents", table("How each document was made", ["document", "date", "command, seed and inputs", "mmcr, machine"],
    made.map(([name, { provenance }]) => [name.replaceAll("_", " "), provenance.date,
      el("td", {}, el("code", {}, provenance.command),
        ...(provenance.seed === undefined ? [] : [el("br"), `seed ${provenance.seed}`]),
        ...provenance.inputs.flatMap((input) =>
          [el("br"), `${input.location}${input.fingerprint ? ` (${input.fingerprint})` : ""}`])),
      `${provenance.version}, ${provenance.machine.processor}, ${provenance.machine.jdk}`]), "words documents"));
};

const provenanceSection = (entry) => {
  const { run, evaluation } = entry;
  const documents = documentsTable(entry);
  if (!run) return documents && section("Provenance", documents);
  return section("Provenance",
    facts("The run", [
      ["Folder", entry.name],
      ["Data", run.data_location],
      ["Data fingerprint", run.data_fingerprint],
      ["Samples", `${count(trainedOn(entry))}${heldOut(entry) ? `, ${count(heldOut(entry))} more held out to measure accuracy while training` : ""}${run.broken_pictures ? `, ${count(run.broken_pictures)} more could not be read` : ""}`],
      ["Step", entry.step && `${count(entry.step.samples)} ${things(entry)} × ${plural(entry.step.views, "view", "views")}, ${count(entry.step.dimension)} dimensions`],
      ["Objective", run.objective?.type],
      ["Adapters", run.adapters && `rank ${run.adapters.rank}, alpha ${run.adapters.alpha}, on ${run.adapters.targets}${run.adapters.norms ? " and layer norms" : ""}: ${count(run.adapters.parameters)} trained parameters; the network has ${count(run.adapters.all_parameters)}`],
      ["Seed", run.seed],
      ["Started", run.starts.join(", ")],
      ["Ended", run.end],
      ["Training", run.totals && `${duration(run.totals.seconds)}: ${plural(run.totals.steps, "step", "steps")}, ${fixed(run.totals.epochs, 1)} epochs`],
      ["Waiting for data", run.totals && percent(run.totals.data_wait)],
      ["Precision", run.precision],
      ["Threads", `${run.compute_threads} computing, ${run.loader_threads} loading`],
      ["Machine", `${run.machine.cpu}, ${plural(run.machine.cores, "core", "cores")}, ${fixed(run.machine.memory_bytes / 2 ** 30, 0)} GiB`],
      ["Software", `mmcr ${run.machine.mmcr}, libtorch ${run.machine.libtorch}, ${run.machine.jdk}, ${run.machine.os}`],
      ["Evaluated on", evaluation && `${evaluation.test.location} with the labels of ${evaluation.train.location}, in ${duration(evaluation.seconds)}`],
    ]),
    documents && el("details", {}, el("summary", {}, "Commands and inputs of each document"), documents),
    el("details", {}, el("summary", {}, "All settings"),
      el("pre", { tabindex: "0", role: "region", "aria-label": "Configuration" }, entry.config)));
};

const singlePage = (entry) => [
  el("h1", {}, lastPart(entry.name)),
  leadOf(entry),
  headlineTiles(entry),
  diagnosticsSection(entry),
  finetuningSection(entry),
  trainingSection([entry]),
  accuracySection(entry),
  pairsSection(entry),
  geometrySection(entry),
  qualitySection(entry),
  capacitySection(entry),
  correlatedSection(entry),
  layersSection(entry),
  seriesSection(entry),
  simulationSection(entry),
  picturesSection(entry),
  provenanceSection(entry),
];

const comparisonPage = (entries) => [
  el("h1", {}, plural(entries.length, "run", "runs"), " side by side"),
  ...compareSections(entries),
];

shortNames(report.entries.map((entry) => entry.name)).forEach((label, i) => Object.assign(report.entries[i], { label, colour: i }));
const single = report.entries.length === 1;
document.title = `${report.entries.map((entry) => entry.label).join(", ")} – mmcr`;
document.getElementById("page").append(
  ...(single ? singlePage(report.entries[0]) : comparisonPage(report.entries)).filter(Boolean),
  el("footer", {}, `Made by mmcr ${report.mmcr}. Every number on this page is in the JSON document that the page carries; the page makes no network requests.`));
