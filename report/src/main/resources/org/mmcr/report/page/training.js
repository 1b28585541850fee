/* The course of training. Takes one entry or several, drawn over one another. */
const curvesOf = (entries, group, name, label) => entries
  .map((entry, i) => ({ entry, i }))
  .filter(({ entry }) => entry[group]?.[name]?.length)
  .map(({ entry, i }) => ({ name: entries.length > 1 ? entry.label : label, x: entry[group].step, y: entry[group][name], colour: i }));

/* The figures of the entries' objectives, each once. */
const figuresOf = (entries) => [...new Map(entries.flatMap((entry) => entry.run?.objective?.figures ?? [])
  .map((one) => [one.name, one])).values()];

const figureText = (one, value) => (one.fraction ? percent(value) : fixed(value, 3));
const BETTER = { higher: " Higher is better.", lower: " Lower is better.", neither: "" };

/* Reference levels of a figure; levels of the same name but another value have it in their names. */
const levelsOf = (entries, one, xs) => {
  const references = entries.flatMap((entry) => entry.run?.objective?.figures ?? [])
    .filter((other) => other.name === one.name).flatMap((other) => other.references ?? []);
  const distinct = [...new Map(references.map((reference) => [`${reference.title} ${reference.value}`, reference])).values()];
  return distinct.map((reference) => {
    const alike = distinct.filter((other) => other.title === reference.title).length > 1;
    return level(alike ? `${reference.title} (${figureText(one, reference.value)})` : reference.title, reference.value, xs);
  });
};

const trainingSection = (entries) => {
  const losses = curvesOf(entries, "metrics", "loss", "Loss");
  if (!losses.length) return null;
  const steps = losses.flatMap((curve) => [curve.x[0], last(curve.x)]);
  const xs = [Math.min(...steps), Math.max(...steps)];
  const mean = Math.max(...entries.map((entry) => entry.metrics?.lines_per_point ?? 1));
  const smoothed = mean > 1 ? ` Each point is the mean of ${mean} steps.` : "";
  const [first, ...others] = figuresOf(entries);
  return section("Training",
    first && figureChart(entries, first, xs, smoothed, { height: 320 }),
    el("div", { class: "pair" }, [
      small(entries, "metrics", "loss", "Loss", "loss", "The objective. Lower is better."),
      ...others.map((one) => figureChart(entries, one, xs, "")),
      small(entries, "epochs", "alignment", "Alignment", "mean squared distance", "The mean squared distance between two views of a sample, once an epoch. Lower is better, but collapse lowers it too: read it with uniformity.", { points: true, from0: true }),
      small(entries, "epochs", "uniformity", "Uniformity", "log mean exp(-2 d²)", "How evenly samples are distributed over the sphere, once an epoch. Lower is better.", { points: true }),
      small(entries, "monitor", "top1", "kNN accuracy while training", "accuracy", "Accuracy on samples held out of training.", { points: true, percent: true, from0: true }),
      ...QUALITY_CURVES.map(([name, title, unit, reading, options = {}]) =>
        small(entries, "quality_points", name, title, unit, reading, { points: true, ...options })),
    ]));
};

/* Quality without labels while training: key, title, unit, explanation, options. docs/quality.md defines all measures. */
const QUALITY_CURVES = [
  ["infonce", "InfoNCE while training", "nats", "How surely one view of a sample is found among all samples by another view; at most the logarithm of their number. Higher is better. Points at or below zero show no information and are left out.", { from0: true, bound: true }],
  ["rankme", "RankMe while training", "dimensions", "Effective rank of the embeddings of a fixed sample. Collapse lowers it; noise raises it.", { from0: true }],
  ["lidar", "LiDAR while training", "dimensions", "Directions in which samples differ more than their views.", { from0: true }],
  ["view_capacity", "View capacity while training", "samples per dimension", "Samples that a linear read-out can separate in spite of their views.", { from0: true }],
  ["cluster_learnability", "Cluster learnability while training", "accuracy", "Accuracy with which neighbours predict k-means clusters.", { percent: true, from0: true }],
];

const figureChart = (entries, one, xs, remark, options = {}) => {
  const curves = curvesOf(entries, "metrics", one.name, one.title);
  const positive = curves.every((curve) => curve.y.every((value) => value >= 0));
  return small(entries, "metrics", one.name, one.title, "", `${sentence(one.description)}${BETTER[one.better]}${remark}`,
    { percent: one.fraction, from0: positive, ...options }, levelsOf(entries, one, xs));
};

/* The points of a curve above zero. */
const aboveZero = (curve) => ({ ...curve, x: curve.x.filter((_, i) => curve.y[i] > 0), y: curve.y.filter((value) => value > 0) });

const small = (entries, group, name, title, unit, reading, options = {}, levels = []) => {
  const curves = curvesOf(entries, group, name, levels.length ? "this run" : title)
    .map((curve) => ({ ...(options.bound ? aboveZero(curve) : curve), points: options.points })).filter((curve) => curve.x.length);
  if (!curves.length) return null;
  return figure(title, reading, ...chart([...curves, ...levels], { x: "step", whole: true, y: unit, height: 220, ...options,
    description: `${title} against step; the last value is ${options.percent ? percent(last(curves[0].y.filter((value) => value !== null))) : fixed(last(curves[0].y.filter((value) => value !== null)))}.` }));
};
