// The Neighbours view: a picture of the data or an uploaded one, and the pictures of largest cosine; without one, the
// pictures of the data.

import { h, json, latest, request, takePictures, thumbnail, attempt, count, many, replace, sentence, showMessage } from "./dom.js";
import { Gallery, Pager } from "./gallery.js";
import { QueryField } from "./query-field.js";
import { whenReady } from "./shared.js";
import { zoomInto } from "./zoom.js";

const LARGEST = 16 * 1024 * 1024;
const NEIGHBOURS = 48;
/** Wait for more of a description, in milliseconds. */
const WAIT = 400;

export function mount(section, app) {
  let view;
  let wanted;
  whenReady(section, "Neighbours", () => {
    view = new NeighboursView(section, app);
    view.open(wanted);
  });
  return {
    shown(argument) {
      wanted = argument;
      view?.open(argument);
    },
  };
}

/** What is known of a picture's class, in a few words. */
const known = about => [about.label, about.given !== about.label && about.given,
  !about.label && about.prediction && `looks like ${about.prediction}`].filter(part => part).join(" · ");

class NeighboursView {
  constructor(section, app) {
    this.app = app;
    this.section = section;
    const file = h("input", { type: "file", id: "own-picture", accept: "image/*", className: "visually-hidden" });
    this.query = h("div", { className: "query" });
    this.names = h("datalist", { id: "neighbour-names" });
    this.labelling = h("form", { className: "row", onsubmit: event => this.label(event) });
    this.found = new Gallery("Neighbours, nearest first; the number is the cosine",
      one => [one.likeness.toFixed(3), known(one)], () => this.showLabelling());
    this.pages = new Pager(NEIGHBOURS, () => this.browse());
    this.all = h("div", { className: "grid", role: "group", "aria-label": "Pictures of the data" });
    this.search = new QueryField(app, "neighbour-search", () => {
      this.pages.offset = 0;
      this.browse();
    }, { className: "grow" });
    this.gallery = h("div", {}, this.description(app.state.texts),
      h("div", { className: "row" }, h("label", { for: "neighbour-search" }, "Search "), this.search.input, this.search.completions),
      this.all, this.pages.element);
    this.results = h("div", { hidden: true }, this.query, this.labelling, this.found.element);
    this.drop = h("div", { className: "drop" },
      h("p", {}, "Drop a picture here, or ", file, h("label", { for: "own-picture", className: "button" }, "choose a file"),
        " or ", h("button", { type: "button", onclick: () => this.random() }, "a random picture of the data")),
      h("p", { className: "quiet" }, "It is not stored. Double-click a neighbour, or press N on it, to see its neighbours."));
    section.append(h("h1", {}, "Neighbours"), this.drop, this.results, this.gallery, this.names);
    const go = event => {
      const at = this.found.cards?.indexOf(event.target.closest(".card")) ?? -1;
      if (at >= 0) {
        location.hash = `#neighbours/${this.found.pictures[at].picture}`;
      }
    };
    this.found.element.addEventListener("dblclick", go);
    this.found.element.addEventListener("keydown", event => event.key === "n" && go(event));
    takePictures(section, this.drop, file, chosen => this.upload(chosen));
    this.page = latest(path => json(path));
    const offer = () => this.names.replaceChildren(...app.state.labels.names.map(name => h("option", { value: name })));
    app.on("state", offer);
    offer();
  }

  /** The field for a description, where the encoder compares pictures with texts; else why it does not, if it could. */
  description({ available, problem }) {
    this.about = h("p", { className: "quiet", role: "status", hidden: true });
    if (!available) {
      return problem ? h("p", { className: "quiet" }, `Pictures cannot be found by description: ${problem}`) : [];
    }
    const find = () => {
      clearTimeout(this.waiting);
      this.pages.offset = 0;
      this.browse();
    };
    this.words = h("input", { id: "neighbour-text", type: "search", className: "grow", placeholder: "a dog on a beach", maxLength: 800,
      autocomplete: "off", oninput: () => {
        clearTimeout(this.waiting);
        this.waiting = setTimeout(find, WAIT);
      } });
    return [h("form", { className: "row", onsubmit: event => {
      event.preventDefault();
      find();
    } }, h("label", { for: "neighbour-text" }, "Find by description "), this.words), this.about];
  }

  random() {
    location.hash = `#neighbours/${Math.floor(Math.random() * this.app.state.pictures)}`;
  }

  async open(argument) {
    this.wanted = argument;
    if (!/^\d+$/.test(argument ?? "")) {
      this.show(false);
      this.browse();
      return;
    }
    await attempt(async () => {
      const [about, found] = await Promise.all([
        json(`api/picture/${argument}/about`), json(`api/neighbours/${argument}?n=${NEIGHBOURS + 1}`)]);
      if (argument !== this.wanted) {
        return; // another picture was clicked meanwhile
      }
      this.asked = about;
      this.query.replaceChildren(
        h("button", { type: "button", "aria-label": `Enlarge ${about.name}`, onclick: () => zoomInto(about.picture, about.name) },
          h("img", { src: `api/picture/${argument}?size=large`, alt: `The picture ${about.name}` })),
        h("div", {}, h("h2", {}, about.name), h("p", { className: "quiet" },
          [about.label && `labelled ${about.label}`, about.given && `class ${about.given}`,
            about.prediction && `looks like ${about.prediction}`].filter(part => part).join(" · ")),
        h("a", { href: "#neighbours" }, "all pictures")));
      this.list(found.filter(one => one.row !== about.picture).slice(0, NEIGHBOURS));
    }, this.section);
  }

  /** Shows either the neighbours or the pictures of the data. */
  show(neighbours) {
    this.results.hidden = !neighbours;
    this.gallery.hidden = neighbours;
  }

  async browse() {
    const text = this.words?.value.trim() ?? "";
    const by = text ? `text?text=${encodeURIComponent(text)}&` : "pictures?";
    const found = await attempt(() =>
      this.page(`api/${by}query=${encodeURIComponent(this.search.query)}&${this.pages.query}`), this.section);
    if (found) {
      const pictures = text ? found.pictures.map(({ likeness, about }) => ({ ...about, likeness })) : found.pictures;
      this.all.replaceChildren(...(pictures.length === 0 ? [h("p", { className: "empty" }, "No picture matches.")]
        : pictures.map(one => this.link(one))));
      this.about.hidden = !text;
      this.about.textContent = `The best match first; the number is the cosine of text and picture.${
        found.cut ? ` The text is too long: its first ${count(found.tokens - 2)} tokens were read.` : ""}`;
      this.pages.show(found.total, pictures.length);
    }
  }

  /** A card that leads to a picture's neighbours. */
  link(one) {
    const name = known(one) || one.name;
    return h("a", { className: "card", href: `#neighbours/${one.picture}`, title: one.name },
      thumbnail(one.picture, one.name, { loading: "eager" }),
      one.likeness !== undefined && h("span", {}, one.likeness.toFixed(3)),
      h("span", { className: one.likeness === undefined ? "" : "second" }, name));
  }

  async upload(file) {
    this.wanted = file; // what is wanted now: a picture's index, or this file
    await attempt(async () => {
      if (file.size > LARGEST) {
        throw new Error("this file is larger than 16 MB; choose a smaller picture");
      }
      this.show(true);
      this.query.replaceChildren(h("p", { className: "quiet" }, "Searching …"));
      this.found.element.replaceChildren();
      try {
        const answer = await request(`api/neighbours?n=${NEIGHBOURS}`, {
          method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
        const found = await answer.json();
        if (this.wanted !== file) {
          return;
        }
        this.asked = undefined;
        history.replaceState(undefined, "", "#neighbours");
        const image = h("img", { src: URL.createObjectURL(file), alt: "The picture you chose",
          onload: () => URL.revokeObjectURL(image.src) });
        this.query.replaceChildren(image, h("div", {}, h("h2", {}, file.name), h("p", { className: "quiet" }, "your own picture"),
          h("a", { href: "#neighbours/", onclick: () => this.open() }, "all pictures")));
        this.list(found);
      } catch (error) {
        if (this.wanted !== file) {
          return;
        }
        this.labelling.replaceChildren();
        this.query.replaceChildren(h("p", { className: "empty" }, sentence(error.message)));
      }
    }, this.section);
  }

  list(found) {
    this.show(true);
    this.found.show(found.map(({ likeness, about }) => ({ ...about, likeness })));
  }

  /** Offers to label the picture together with the selected neighbours. */
  showLabelling() {
    const pictures = [...(this.asked ? [this.asked.picture] : []), ...this.found.chosen.keys()];
    this.pictures = pictures;
    const typed = this.labelling.querySelector("input")?.value ?? "";
    const text = this.asked ? `this picture${pictures.length > 1 ? ` and ${pictures.length - 1} selected` : ""}` : `${many(pictures.length, "selected picture")}`;
    replace(this.labelling, h("label", { for: "neighbour-label" }, `Label ${text} `),
      h("input", { id: "neighbour-label", list: "neighbour-names", autocomplete: "off", maxLength: 80, required: true, value: typed }),
      h("button", { className: "primary", disabled: pictures.length === 0 }, "Label"),
      h("button", { type: "button", onclick: () => this.found.toggleAll() }, `Select all ${count(this.found.pictures.length)}`),
      h("span", { className: "quiet" }, "Click neighbours to select them; Shift selects a range."));
  }

  async label(event) {
    event.preventDefault();
    const label = this.labelling.querySelector("input").value.trim();
    const { pictures } = this;
    const done = label && await attempt(() => this.app.outbox.send({ action: "assign", pictures, label, random: false }), this.results);
    if (done) {
      showMessage(this.app.outbox.done(done, `${many(pictures.length, "picture")} labelled ${label}`));
      this.labelling.querySelector("input").value = "";
      if (this.asked) {
        this.open(String(this.asked.picture));
      }
    }
  }
}
