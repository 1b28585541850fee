/* Pictures: tiles of sprite sheets. */
const sheets = new Map();
const loaded = (sheet) => {
  if (!sheets.has(sheet)) {
    const image = new Image();
    const ready = new Promise((done) => { image.onload = () => done(image); });
    image.src = sheet.image;
    sheets.set(sheet, ready);
  }
  return sheets.get(sheet);
};
const tileAt = (sheet, i) => [(i % sheet.columns) * sheet.side, Math.floor(i / sheet.columns) * sheet.side];

/* One row of a sheet, the first tile set apart. */
const strip = (sheet, row, words, description) => {
  const gap = Math.round(sheet.side / 6);
  const canvas = el("canvas", { width: sheet.columns * (sheet.side + 2) + gap, height: sheet.side, role: "img", "aria-label": description });
  loaded(sheet).then((image) => {
    const context = canvas.getContext("2d");
    for (let column = 0; column < sheet.columns; column++) {
      const [x, y] = tileAt(sheet, row * sheet.columns + column);
      context.drawImage(image, x, y, sheet.side, sheet.side, column * (sheet.side + 2) + (column ? gap : 0), 0, sheet.side, sheet.side);
    }
  });
  const line = el("div", { class: "strip" }, el("span", {}, words), canvas);
  line.style.setProperty("--tiles", sheet.columns);
  return line;
};

const picturesSection = (entry) => {
  const sample = entry.picture_sample;
  if (!sample) return null;
  const { views, map } = sample;
  return section(map.sheet ? "Pictures" : "Rows",
    views && figure("Views",
      `Each picture, then ${plural(views.views, "random view", "random views")} of it as training used them. The encoder learns to embed all views of a picture alike, so it learns to ignore what differs between them.`,
      el("div", { class: "pictures" }, views.pictures.map((picture, row) =>
        strip(views.sheet, row, picture.label ?? picture.name, `${picture.name} and ${plural(views.views, "random view", "random views")} of it`)))),
    neighboursFigure(sample.neighbours, sample.samples ?? "test"),
    mapFigure(map, sample.samples ?? "test"));
};

const neighboursFigure = (near, kind) => {
  const thing = near.sheet ? "picture" : "row";
  const name = (caption) => `${caption.name}${caption.label ? ` (${caption.label})` : ""}`;
  const nearest = (row) => row.nearest.map((one) => `${one.picture.label ?? one.picture.name}, cosine ${fixed(one.similarity, 2)}`).join("; ");
  return figure("Nearest neighbours",
    kind === "training"
      ? `Each training ${thing}, then the nearest of ${count(near.searched - 1)} others by the cosine of their features, nearest first. Neighbours of the same kind mean that the features carry what distinguishes the ${thing}s; duplicates have a cosine of 1.`
      : `Each test ${thing}, then the nearest of ${count(near.searched)} training ${thing}s by the cosine of their features, nearest first. Neighbours of the same kind mean that the features carry the class.`,
    near.sheet
      ? el("div", { class: "pictures" }, near.rows.map((row, i) =>
        strip(near.sheet, i, neighbourWords(row), `${name(row.picture)}; nearest: ${nearest(row)}`)))
      : scroll("Nearest neighbours", table("Nearest training rows, with the cosine", [`${kind} row`, "nearest"], near.rows.map((row) =>
        [name(row.picture), row.nearest.map((one) => `${name(one.picture)} ${fixed(one.similarity, 2)}`).join(" · ")]), "words")));
};

const neighbourWords = (row) => {
  if (!row.picture.label) return row.picture.name;
  const same = row.nearest.filter((one) => one.picture.label === row.picture.label).length;
  return `${row.picture.label}: ${same} of ${row.nearest.length}`;
};

const mapFigure = (map, kind) => {
  const side = 1100;
  const thing = map.sheet ? "picture" : "row";
  const canvas = el("canvas", { width: side, height: side, role: "img",
    "aria-label": `Map of ${count(map.names.length)} ${kind} ${thing}s; ${thing}s with similar features lie close together.` });
  const pointed = el("div", { class: "pointed", "aria-live": "polite" }, `Point at a ${thing} to see ${map.sheet ? "it and its name" : "its name"}.`);
  const state = { layout: "umap", show: map.sheet ? "pictures" : "dots" };
  const margin = 30;
  const place = (i) => {
    const at = map[state.layout];
    return [margin + ((at.x[i] + 1) / 2) * (side - 2 * margin), margin + ((1 - at.y[i]) / 2) * (side - 2 * margin)];
  };
  const colour = (i) => (map.labels[i] < 0 ? palette().quiet : palette().series[map.labels[i] % palette().series.length]);
  const picture = (context, image, i) => {
    const [x, y] = place(i);
    const [sx, sy] = tileAt(map.sheet, i);
    const size = 26;
    context.fillRect(x - size / 2 - 3, y - size / 2 - 3, size + 6, size + 6);
    context.drawImage(image, sx, sy, map.sheet.side, map.sheet.side, x - size / 2, y - size / 2, size, size);
  };
  const dot = (context, i) => {
    const [x, y] = place(i);
    context.beginPath();
    context.arc(x, y, 6, 0, 7);
    context.fill();
    context.strokeStyle = palette() === DARK ? "#1c2024" : "#ffffff";
    context.stroke();
  };
  const sheet = map.sheet ? loaded(map.sheet) : Promise.resolve();
  const draw = () => sheet.then((image) => {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, side, side);
    map.names.forEach((_, i) => {
      context.fillStyle = colour(i);
      if (state.show === "pictures") picture(context, image, i);
      else dot(context, i);
    });
    canvas.dataset.drawn = `${state.layout} ${state.show}`;
  });
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * side;
    const py = ((event.clientY - box.top) / box.height) * side;
    let best = -1;
    let least = 40 * 40;
    map.names.forEach((_, i) => {
      const [x, y] = place(i);
      const d = (x - px) ** 2 + (y - py) ** 2;
      if (d <= least) { least = d; best = i; }
    });
    if (best >= 0) show(best);
  };
  const show = (i) => sheet.then((image) => {
    const words = el("span", {}, map.labels[i] < 0 ? map.names[i] : `${map.classes[map.labels[i]]}: ${map.names[i]}`);
    pointed.replaceChildren(...(map.sheet ? [enlarged(map.sheet, image, i), words] : [words]));
  });
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  redraws.add(draw);
  draw();
  const choice = (legend, key, options) => el("fieldset", { class: "choice" }, el("legend", {}, legend), options.map(([value, name]) => {
    const input = el("input", { type: "radio", name: key, value, ...(state[key] === value ? { checked: "" } : {}) });
    input.addEventListener("change", () => { state[key] = value; draw(); });
    return el("label", {}, input, ` ${name}`);
  }));
  return figure("Map",
    `${count(map.names.length)} of ${count(map.total)} ${kind} ${thing}s, placed by their features${map.classes.length ? `; colours are classes${map.classes.length > palette().series.length ? " (colours repeat)" : ""}` : ""}. UMAP keeps neighbours together, while distances between groups mean little; PCA shows the two widest directions, where distances count but groups overlap.`,
    el("div", {}, choice("Layout", "layout", [["umap", "UMAP"], ["pca", "PCA"]]),
      map.sheet && choice("Show", "show", [["pictures", "pictures"], ["dots", "dots"]])),
    el("div", { class: "map" }, canvas), pointed, mapKey(map));
};

const enlarged = (sheet, image, i) => {
  const big = el("canvas", { width: sheet.side, height: sheet.side, "aria-hidden": "true" });
  const [x, y] = tileAt(sheet, i);
  big.getContext("2d").drawImage(image, x, y, sheet.side, sheet.side, 0, 0, sheet.side, sheet.side);
  return big;
};

const mapKey = (map) => {
  if (!map.classes.length || map.classes.length > 24) return null;
  const list = el("ul", { class: "key" });
  const fill = () => list.replaceChildren(...map.classes.map((name, i) => {
    return el("li", {}, keyMark(palette().series[i % palette().series.length], "dot"), name);
  }));
  redraws.add(fill);
  fill();
  return list;
};
