// The field for a query of pictures, above the map and above all pictures.

import { h } from "./dom.js";

/** Wait for more of a query, and of one that ends inside of a comparison, in milliseconds. */
const WAIT = 250;
const LONGER_WAIT = 1500;
/** Names that a query takes without quotes. */
const PLAIN = /^[^\s:=<>!"()-][^\s:=<>!"()]*$/;

/** A field of the pictures as a query names it. */
export const written = ({ name }) => (PLAIN.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** Whether a query ends where more must follow. */
export const isUnfinished = query => /([:=<>]|\b(or|and|not))\s*$/i.test(query) || query.split('"').length % 2 === 0;

export class QueryField {
  /** `changed()` is called when the query has stood for a moment. */
  constructor(app, id, changed, properties = {}) {
    this.app = app;
    this.input = h("input", { id, type: "search", placeholder: "name, or class:cat certainty<50%", autocomplete: "off", spellcheck: false,
      maxLength: 800, list: `${id}-fields`, ...properties, oninput: () => {
        this.complete();
        clearTimeout(this.waiting);
        this.waiting = setTimeout(changed, isUnfinished(this.input.value) ? LONGER_WAIT : WAIT);
      } });
    this.completions = h("datalist", { id: `${id}-fields` });
    this.complete();
  }

  get query() {
    return this.input.value.trim();
  }

  set(query) {
    clearTimeout(this.waiting);
    this.input.value = query;
    this.complete();
  }

  clear() {
    this.set("");
  }

  /** Offers the fields as completions of the last word of the query. */
  complete() {
    const before = this.input.value.replace(/[^\s(]*$/, word => (word.startsWith("-") ? "-" : ""));
    this.completions.replaceChildren(...(this.app.state?.fields ?? []).map(field =>
      h("option", { value: `${before}${written(field)}${field.numeric ? "<" : ":"}` })));
  }
}
