// Terms that the charts add to a query, beside what else is in it.

const isOr = part => /(^|\))or(\(|$)/i.test(part);

/** Returns the start and the end of each part of a query between spaces outside of quotes and parentheses. */
function parts(query) {
  const found = [];
  let [start, depth, quoted] = [-1, 0, false];
  for (let at = 0; at <= query.length; at++) {
    const sign = query[at];
    if (at === query.length || (/\s/.test(sign) && depth === 0 && !quoted)) {
      if (start >= 0) {
        found.push([start, at]);
      }
      start = -1;
      continue;
    }
    start = start < 0 ? at : start;
    if (sign === '"' && (quoted || at === start || /[(:=<>"-]/.test(query[at - 1]))) {
      quoted = !quoted;
    } else if (!quoted) {
      depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
    }
  }
  return found;
}

const hasOr = query => parts(query).some(([start, end]) => isOr(query.slice(start, end)));

/** Returns the place of a term that all pictures of a query match, or -1. */
export function place(query, term) {
  const all = parts(query);
  const at = all.findIndex(([start], i) => query.startsWith(term, start) && all.some(([, end]) => end === start + term.length)
    && !(i > 0 && /^not$/i.test(query.slice(...all[i - 1]))));
  return at < 0 || hasOr(query) ? -1 : all[at][0];
}

/** Returns a query without a term. */
export function without(query, term) {
  const at = place(query, term);
  return at < 0 ? query : `${query.slice(0, at).trimEnd()} ${query.slice(at + term.length).trimStart()}`.trim();
}

/** Returns a query whose pictures match a term as well. */
export function joined(query, term) {
  return `${hasOr(query) ? `(${query})` : query} ${term}`.trim();
}

/** Returns a query with another term in the place of one. */
export function replaced(query, term, other) {
  const at = place(query, term);
  return query.slice(0, at) + other + query.slice(at + term.length);
}
