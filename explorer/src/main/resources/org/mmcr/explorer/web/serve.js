// The page of mmcr serve: a picture in, its classes and the most similar pictures out.

import { h, json, latest, request, many, percent, sentence, takePictures } from "./dom.js";

const results = document.getElementById("results");
const query = document.getElementById("query");
let info;
/** The file chosen last. */
let shown;

async function ask(path, file) {
  const answer = await request(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
  return (await answer.json()).pictures[0];
}

/** A table with a caption; the cells of each row are texts. */
function table(caption, heads, rows) {
  return h("table", {}, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, heads.map(head => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows.map(cells => h("tr", {}, cells.map(cell => h("td", {}, cell))))));
}

function features(found) {
  const first = found.features.slice(0, 8).map(value => value.toPrecision(4)).join(", ");
  return h("p", {}, `${many(found.features.length, "feature")}: ${first}, …`);
}

const answersTo = latest(async file => {
  const parts = [];
  if (info.classes.length > 0) {
    const found = await ask("classes", file);
    parts.push(table("Classes", ["class", "probability"], found.classes.map(one => [one.label, percent(one.probability)])));
  }
  if (info.index > 0) {
    const found = await ask("neighbours", file);
    parts.push(table("Most similar pictures", ["picture", "class", "cosine"],
      found.neighbours.map(one => [one.path, one.label, one.cosine.toFixed(3)])));
  }
  return parts.length > 0 ? parts : [features(await ask("features", file))];
});

/** Fetches what the server offers now; its classes change while people label. */
async function describe() {
  info = await json("info");
  document.getElementById("info").textContent = [info.encoder, many(info.features, "feature"),
    info.classes.length > 0 && `${info.classes.length} classes`,
    info.index > 0 && `index of ${many(info.index, "picture")}`].filter(part => part).join(" · ");
}

async function show(file) {
  shown = file;
  try {
    await describe();
    if (shown !== file) {
      return; // another one was chosen meanwhile
    }
    if (file.size > info.limits.bodyBytes) {
      throw new Error("this file is larger than the server takes; choose a smaller picture");
    }
    results.replaceChildren(h("p", { className: "quiet" }, "Computing …"));
    const image = h("img", { src: URL.createObjectURL(file), alt: "The picture you chose", onload: () => URL.revokeObjectURL(image.src) });
    query.replaceChildren(image, h("div", {}, h("h2", {}, file.name)));
    const parts = await answersTo(file);
    if (parts) {
      results.replaceChildren(...parts);
    }
  } catch (error) {
    if (shown === file) {
      results.replaceChildren(h("p", { className: "empty" }, sentence(error.message)));
    }
  }
}

takePictures(document, document.getElementById("drop"), document.getElementById("picture"), show);
describe().catch(error => results.replaceChildren(h("p", { className: "empty" }, sentence(error.message))));
