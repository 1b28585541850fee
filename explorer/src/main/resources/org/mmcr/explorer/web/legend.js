// The legend of a map: its groups, of which a click chooses one, or the ends and the middle of a scale.

import { h, count } from "./dom.js";
import { markElement, ramp } from "./colours.js";

/**
 * Shows the groups of a column. The entry that has the focus keeps it.
 *
 * @param counts number of points by value; negative is none
 * @param groups {nameOf(value), isChosen(value), toggle(value)}
 */
export function showGroups(legend, counts, groups) {
  const rows = [...counts.keys()].sort((a, b) => (a < 0) - (b < 0) || a - b);
  const focused = legend.contains(document.activeElement) && document.activeElement.dataset.value;
  legend.replaceChildren(...rows.map(value => h("li", {},
    h("button", { type: "button", className: "entry", "aria-pressed": String(groups.isChosen(value)), "data-value": String(value),
      title: "Show only this; several can be chosen", onclick: () => groups.toggle(value) },
    markElement(value), groups.nameOf(value), " ", h("span", { className: "quiet" }, count(counts.get(value)))))));
  if (focused) {
    legend.querySelector(`[data-value="${focused}"]`)?.focus();
  }
}

/** Shows the start, the middle and the end of a scale; `nameOf` takes a fraction. */
export function showScale(legend, nameOf) {
  legend.replaceChildren(...[0, 0.5, 1].map(fraction => {
    const dot = h("span", { className: "dot" });
    dot.style.background = `rgb(${ramp(fraction).join(",")})`;
    return h("li", {}, dot, nameOf(fraction));
  }));
}
