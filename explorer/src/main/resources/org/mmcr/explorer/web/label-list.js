// The list of labels with their counts, actions (rename, merge, delete) and downloads.

import { h, many, count, replace, showMessage } from "./dom.js";
import { markElement } from "./colours.js";

export class LabelList {
  constructor(app, act) {
    this.app = app;
    this.act = act;
    this.list = h("ul", { className: "labels" });
    this.exports = h("p", { className: "exports" });
    this.names = h("datalist", { id: "label-names" });
    this.dialog = h("dialog", { "aria-label": "Rename or merge" });
    this.element = h("section", { className: "panel", "aria-label": "Your labels" },
      h("h2", {}, "Your labels"), this.list, this.exports, this.names, this.dialog);
  }

  /** Called with a label whose pictures are to be shown. */
  onshow() {}

  show(labels, head) {
    replace(this.list, ...(labels.names.length > 0
      ? labels.names.map((name, i) => this.entry(name, labels.counts[i], i))
      : [h("li", { className: "empty" }, "None yet. Name the picture that is asked about; a classifier is fitted once there are two labels.")]));
    this.names.replaceChildren(...labels.names.map(name => h("option", { value: name })));
    const link = name => h("a", { href: `api/export/${name}`, download: "", className: "button" }, name);
    this.exports.replaceChildren(...(labels.labelled === 0 ? [] : [
      h("span", { className: "quiet" }, `${many(labels.labelled, "picture")} labelled. Download: `),
      link("labels.csv"),
      ...(head ? [link("predictions.csv"), link("classifier.onnx")] : []),
    ]));
  }

  entry(name, pictures, index) {
    return h("li", {}, markElement(index), h("span", { className: "grow" }, name), h("span", { className: "quiet" }, count(pictures)),
      h("button", { type: "button", className: "slight", "aria-label": `Show the pictures labelled ${name}`, onclick: () => this.onshow(name) }, "Show"),
      h("button", { type: "button", className: "slight", "aria-label": `Rename or merge ${name}`, onclick: () => this.rename(name) }, "Edit"));
  }

  /** Deletes a label by removing it from all its pictures. */
  async remove(name) {
    this.dialog.close();
    const labels = await this.act({ action: "delete", label: name });
    if (labels) {
      showMessage(labels.waiting ? `${name} will be deleted once mmcr explore answers.` : `${name} deleted; Undo restores it.`);
    }
  }

  rename(from) {
    const { names } = this.app.state.labels;
    const input = h("input", { id: "rename", value: from, maxLength: 80, autocomplete: "off", list: "label-names", required: true });
    const done = h("button", { className: "primary" }, "Rename");
    input.addEventListener("input", () => {
      const other = input.value.trim();
      done.textContent = other !== from && names.includes(other) ? `Merge into ${other}` : "Rename";
    });
    this.dialog.replaceChildren(h("form", { method: "dialog", onsubmit: () => {
      const into = input.value.trim();
      if (into !== from) {
        this.act({ action: names.includes(into) ? "merge" : "rename", label: from, into });
      }
    } }, h("h2", {}, `Rename ${from}`), h("label", { for: "rename" }, "New name; the name of another label merges the two"), input,
    h("p", { className: "quiet" }, `Deleting takes the label off its ${many(this.app.state.labels.counts[names.indexOf(from)] ?? 0, "picture")}; `
      + "they are asked for again. Undo restores it."),
    h("div", { className: "row" }, done, h("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel"),
      h("button", { type: "button", onclick: () => this.remove(from) }, "Delete label"))));
    this.dialog.showModal();
    input.select();
  }
}
