// Downloads of the pictures that the map shows: a table, a page that needs no server, a data set.

import { h, attempt, post, request, showMessage } from "./dom.js";

/** The fields that are columns of the map under another name. */
const FIELDS = { given: "class", confidence: "certainty" };
/** Time after which a downloaded file is surely no longer read from memory, in milliseconds. */
const READ = 60000;

export class MapExports {
  constructor(app) {
    this.app = app;
    /** Returns the column that colours the map. */
    this.column = () => "";
    const button = (words, title, save) => h("button", { type: "button", title, onclick: () => this.run(save) }, words);
    this.buttons = [
      button("Save list", "A table of the pictures shown", () => this.download("shown.csv")),
      button("Save page", "The map of the pictures shown, as a page that needs no server", () => this.download("map.html")),
      button("Save data set", "The pictures shown, in a folder for each class, as a ZIP archive", () => this.saveData()),
    ];
    this.element = h("div", { className: "exports" }, ...this.buttons);
  }

  /** Takes a value for each picture, true if it is shown, or undefined if all are. */
  show(shown) {
    this.shown = shown;
    this.enable();
  }

  enable() {
    this.buttons.forEach(button => (button.disabled = Boolean(this.running) || this.pictures().length === 0));
  }

  pictures() {
    const all = [...Array(this.app.state.pictures).keys()];
    return this.shown ? all.filter(index => this.shown[index]) : all;
  }

  async run(save) {
    this.running = true;
    this.enable();
    await attempt(save, this.element);
    this.running = false;
    this.enable();
  }

  get selection() {
    const column = this.column();
    return { data: this.app.state.fingerprint, pictures: this.pictures(), colour_by: FIELDS[column] ?? column };
  }

  async download(name) {
    const answer = await request(`api/export/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(this.selection),
    });
    const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), READ);
    const message = answer.headers.get("Mmcr-Message");
    if (message) {
      showMessage(message);
    }
  }

  /** Begins a download by the browser, which writes it to the disk as it comes. */
  async saveData() {
    const { address, message } = await post("api/export/pictures", this.selection);
    h("a", { href: address, download: "pictures.zip" }).click();
    showMessage(message);
  }
}
