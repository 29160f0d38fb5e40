// Spans in the running text: nested as they lie, and cut where one would cross another.

const LAYERS = {
  speaker: "Speaker",
  role: "Office",
  directive: "Document",
  request: "Request",
  addressee: "Addressee",
};
const VIEW_OF = { speaker: "actor", role: "office", directive: "document", addressee: "actor" };
const NAME_OF = { speaker: actorName, role: officeName, directive: directiveName, addressee: actorName };

/** The spans of a statement as {layer, start, end, ids, pair}; an addressee of several requests is one span. */
function spansOf({ speaker, role, directives, requests }) {
  const asked = new Map();
  for (const { addressee } of requests) if (addressee) asked.set(`${addressee.start}-${addressee.end}`, addressee);
  return [
    ...(speaker ? [{ layer: "speaker", ids: [speaker.id], ...speaker }] : []),
    ...(role ? [{ layer: "role", ids: role.offices, ...role }] : []),
    ...directives.map((citation) => ({ layer: "directive", ids: [citation.id], ...citation })),
    ...requests.map((request, pair) => ({ layer: "request", ids: [], pair, ...request })),
    ...[...asked.values()].map((addressee) => ({ layer: "addressee", ids: addressee.actors, ...addressee })),
  ];
}

/** The words of a translation that render the requests, as spans. */
function englishSpans({ translation, requests }) {
  return requests.flatMap(({ english }, pair) => {
    const at = english ? translation.indexOf(english) : -1;
    if (at < 0) return [];
    const start = [...translation.slice(0, at)].length;
    return [{ layer: "request", ids: [], pair, start, end: start + [...english].length }];
  });
}

/** A text as nodes, with its spans marked. */
function marked(text, spans) {
  const points = /[\ud800-\udfff]/.test(text) ? [...text] : text;
  const piece = (from, to) => (typeof points === "string" ? points.slice(from, to) : points.slice(from, to).join(""));
  return nested(
    piece,
    0,
    points.length,
    spans.filter(({ start, end }) => start < end),
  );
}

/** The nodes from one offset to another, with the spans that lie between them. */
function nested(piece, from, to, spans) {
  const waiting = spans.slice().sort((a, b) => a.start - b.start || b.end - a.end);
  const nodes = [];
  let at = from;
  while (waiting.length) {
    const span = waiting.shift();
    const [start, end] = [Math.max(span.start, at), Math.min(span.end, to)];
    if (start >= end) continue;
    const inner = [];
    while (waiting.length && waiting[0].start < end) inner.push(waiting.shift());
    const rests = inner.filter((other) => other.end > end).map((other) => ({ ...other, start: end }));
    waiting.unshift(...rests);
    const within = inner.map((other) => ({ ...other, end: Math.min(other.end, end) }));
    if (start > at) nodes.push(piece(at, start));
    nodes.push(mark(span, within.length > 0, nested(piece, start, end, within)));
    at = end;
  }
  if (at < to) nodes.push(piece(at, to));
  return nodes;
}

/** One span: a link to what it stands for if that is one thing and no other span lies within. */
function mark({ layer, ids, pair }, holds, children) {
  const names = ids.map((id) => line(NAME_OF[layer](id), 60));
  const attributes = {
    class: `span ${layer}`,
    title: [LAYERS[layer], names.join("; ")].filter(Boolean).join(": "),
    "data-pair": pair,
  };
  if (ids.length === 1 && !holds) return h.a({ ...attributes, href: address(VIEW_OF[layer], ids[0]) }, children);
  return h.mark(attributes, children);
}

/** What the colours mean. */
function legend() {
  const items = Object.entries(LAYERS).map(([layer, label]) => h.li(h.span({ class: `span ${layer}` }, label)));
  return h.ul({ class: "legend", "aria-label": "What the colours mean" }, items);
}

/** Lights up a request in the text, its English words and its line, when the pointer is on one of them. */
function lightUp(event) {
  const on = event.target.closest?.("[data-pair]");
  for (const node of document.querySelectorAll(".lit")) node.classList.remove("lit");
  if (!on) return;
  const { pair } = on.dataset;
  for (const node of on.closest(".card").querySelectorAll(`[data-pair="${pair}"]`)) node.classList.add("lit");
}
