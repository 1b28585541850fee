/* What a run did while it trained. Takes one entry or several, drawn over one another. */
const REGIMES = {
  few_centroids: "fewer pictures in a batch than half the dimensions",
  near_threshold: "about as many pictures in a batch as dimensions, where uniform points miss most",
  many_centroids: "at least twice as many pictures in a batch as dimensions",
};

const curvesOf = (entries, group, name, label) => entries
  .map((entry, i) => ({ entry, i }))
  .filter(({ entry }) => entry[group]?.[name]?.length)
  .map(({ entry, i }) => ({ name: entries.length > 1 ? entry.label : label, x: entry[group].step, y: entry[group][name], colour: i }));

const trainingSection = (entries) => {
  const percentError = curvesOf(entries, "metrics", "percent_error", "this run");
  if (!percentError.length) return null;
  const levels = [...new Set(entries.filter((e) => e.theory).map((e) => e.theory.uniform_percent_error))];
  const steps = percentError.flatMap((one) => [one.x[0], last(one.x)]);
  const xs = [Math.min(...steps), Math.max(...steps)];
  const uniform = levels.map((value) => level(levels.length > 1 ? `uniform points (${percent(value)})` : "uniform points", value, xs));
  const theory = entries.find((e) => e.theory)?.theory;
  const mean = Math.max(...entries.map((e) => e.metrics?.lines_per_point ?? 1));
  return section("Training",
    figure("Distance from the bound",
      `The share of the largest possible nuclear norm that the batch's centroids miss; lower is better. ${theory ? `The dashed line is what points spread at random, with all views coinciding, are expected to miss (${percent(theory.uniform_percent_error)}): the run has ${REGIMES[theory.regime]} (${count(theory.samples)} and ${count(theory.dimension)}). ` : ""}${mean > 1 ? `Each point is the mean of ${mean} steps.` : ""}`,
      ...chart([...percentError, ...uniform], { x: "step", y: "percent error", percent: true, from0: true, height: 320,
        description: `Percent error against step, from ${percent(percentError[0].y[0])} to ${percent(last(percentError[0].y))}.` })),
    el("div", { class: "pair" }, [
      small(entries, "metrics", "loss", "Loss", "loss", "The objective itself: minus the nuclear norm of the batch's centroids. It falls as the views of a picture agree and the pictures spread."),
      small(entries, "metrics", "effective_rank", "Effective rank", "directions", "How many directions the centroids fill. A fall towards 1 is collapse.", { from0: true }),
      small(entries, "metrics", "mean_squared_centroid_norm", "Agreement of views", "mean squared length", "The mean squared length of the centroids: 1 when all views of each picture land on one point.", { from0: true }),
      small(entries, "epochs", "alignment", "Alignment", "mean squared distance", "The distance between two views of a picture, once an epoch. Lower is better, but collapse lowers it too: read it beside uniformity.", { points: true, from0: true }),
      small(entries, "epochs", "uniformity", "Uniformity", "log mean exp(-2 d²)", "How evenly pictures spread over the sphere, once an epoch. Lower is better.", { points: true }),
      small(entries, "monitor", "top1", "Nearest neighbours while training", "accuracy", "Accuracy on pictures kept out of training, measured as it went.", { points: true, percent: true, from0: true }),
    ]));
};

const small = (entries, group, name, title, unit, reading, options = {}) => {
  const curves = curvesOf(entries, group, name, title).map((curve) => ({ ...curve, points: options.points }));
  if (!curves.length) return null;
  return figure(title, reading, ...chart(curves, { x: "step", y: unit, height: 220, ...options,
    description: `${title} against step; the last value is ${options.percent ? percent(last(curves[0].y)) : fixed(last(curves[0].y))}.` }));
};
