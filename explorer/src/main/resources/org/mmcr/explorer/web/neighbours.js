// The Neighbours view: a picture of the data or an uploaded one, and the pictures of largest cosine.

import { h, json, request, thumbnail, attempt, count, sentence } from "./dom.js";
import { whenReady } from "./shared.js";

const LARGEST = 16 * 1024 * 1024;

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

class NeighboursView {
  constructor(section, app) {
    this.app = app;
    const file = h("input", { type: "file", id: "own-picture", accept: "image/*", className: "visually-hidden",
      onchange: () => file.files[0] && this.upload(file.files[0]) });
    this.query = h("div", { className: "query" });
    this.results = h("div", { className: "grid", "aria-live": "polite" });
    this.drop = h("div", { className: "drop" },
      h("p", {}, "Drop a picture here, or ", file, h("label", { for: "own-picture", className: "button" }, "choose a file"),
        " or ", h("button", { type: "button", onclick: () => this.random() }, "a random picture of the data")),
      h("p", { className: "quiet" }, "It is not stored. Click a neighbour to see its neighbours."));
    section.append(h("h1", {}, "Neighbours"), this.drop, this.query, this.results);
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      section.addEventListener(type, event => {
        event.preventDefault();
        this.drop.classList.toggle("over", type === "dragenter" || type === "dragover");
      });
    }
    section.addEventListener("drop", event => {
      const dropped = event.dataTransfer.files[0];
      if (dropped) {
        this.upload(dropped);
      }
    });
  }

  random() {
    location.hash = `#neighbours/${Math.floor(Math.random() * this.app.state.pictures)}`;
  }

  async open(argument) {
    this.wanted = argument;
    if (!/^\d+$/.test(argument ?? "")) {
      return;
    }
    await attempt(async () => {
      const [about, found] = await Promise.all([
        json(`api/picture/${argument}/about`), json(`api/neighbours/${argument}?n=49`)]);
      if (argument !== this.wanted) {
        return; // another picture was clicked meanwhile
      }
      this.query.replaceChildren(
        h("img", { src: `api/picture/${argument}?size=large`, alt: `The picture ${about.name}` }),
        h("div", {}, h("h2", {}, about.name), h("p", { className: "quiet" },
          [about.label && `labelled ${about.label}`, about.given && `class ${about.given}`].filter(part => part).join(" · "))));
      this.show(found.filter(one => one.row !== about.picture).slice(0, 48));
    });
  }

  async upload(file) {
    await attempt(async () => {
      if (file.size > LARGEST) {
        throw new Error("this file is larger than 16 MB; choose a smaller picture");
      }
      this.results.replaceChildren(h("p", { className: "quiet" }, "Searching …"));
      try {
        const answer = await request("api/neighbours?n=48", {
          method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
        const found = await answer.json();
        this.wanted = undefined;
        history.replaceState(undefined, "", "#neighbours");
        const image = h("img", { src: URL.createObjectURL(file), alt: "The picture you chose",
          onload: () => URL.revokeObjectURL(image.src) });
        this.query.replaceChildren(image, h("div", {}, h("h2", {}, file.name), h("p", { className: "quiet" }, "your own picture")));
        this.show(found);
      } catch (error) {
        this.query.replaceChildren();
        this.results.replaceChildren(h("p", { className: "empty" }, sentence(error.message)));
      }
    });
  }

  show(found) {
    this.results.replaceChildren(...found.map(({ row, likeness }) =>
      h("a", { className: "card", href: `#neighbours/${row}` },
        thumbnail(row, `Neighbour ${row}`), h("span", {}, likeness.toFixed(3)))));
    this.results.setAttribute("aria-label", `${count(found.length)} neighbours, nearest first; the number is the cosine`);
    this.results.setAttribute("role", "group");
  }
}
