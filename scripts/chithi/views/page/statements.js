// A statement as a card: the text beside its English, who asks whom for what, and what can be copied.

const PAGE_SIZE = 20;
const LONG = 2500; // characters of a text that scrolls within its card

const actorLink = (id) => link(address("actor", id), bdi(actorName(id)));
const officeLink = (id) => link(address("office", id), bdi(officeName(id)));
const directiveLink = (id) => link(address("document", id), bdi(directiveName(id)));
const listed = (nodes) => nodes.flatMap((node, n) => (n ? [", ", node] : [node]));
const inLanguage = (tag) => ({ lang: tag, dir: direction(tag) });

/** A text in its language and direction, its spans marked. */
function passage(text, spans, language, name, what) {
  const long = text.length > LONG ? { class: `${name} long`, tabindex: "0", role: "region", "aria-label": what } : {};
  return h.div({ class: name, ...inLanguage(language), ...long }, h.p(marked(text, spans)));
}

/** Where and when: date, place, language and split of a report. */
function whereabouts({ report, date }) {
  return h.p(
    { class: "where" },
    date ? h.time({ datetime: date }, dateText(date)) : h.span("no date"),
    report.place ? bdi(line(report.place, 120)) : null,
    h.span({ class: "tag" }, languageName(report.language)),
    h.span({ class: "tag" }, report.split),
  );
}

/** Who speaks, in which offices, citing what. */
function facts({ record, offices, documents }) {
  const { speaker } = record;
  const links = (ids, linked) => (ids.length ? listed(ids.map(linked)) : null);
  return factList([
    ["Speaker", speaker && actorLink(speaker.id)],
    [offices.length > 1 ? "Offices" : "Office", links(offices, officeLink)],
    [documents.length > 1 ? "Documents" : "Document", links(documents, directiveLink)],
  ]);
}

/** The requests of a statement, one a line: the act, whom it asks, for what, and the topic. */
function requestList({ record, report }) {
  const items = record.requests.map((request, pair) => {
    const asked = addressees(request);
    const own = slice(record.text, request.start, request.end);
    const said = request.english
      ? h.q({ lang: "en" }, plain(request.english))
      : h.q(inLanguage(report.language), plain(own));
    return h.li(
      { "data-pair": pair },
      h.span({ class: `act ${colour(request.act)}` }, words(request.act)),
      " ",
      asked.length ? [h.span({ class: "whom" }, listed(asked.map(actorLink))), ": "] : null,
      said,
      " ",
      h.a({ class: "topic", href: address("statements", undefined, { topic: request.topic }) }, words(request.topic)),
    );
  });
  return items.length ? h.ol({ class: "requests", "aria-label": "Requests" }, items) : null;
}

/** What can be copied of a statement. */
function actions({ record }) {
  const copies = {
    record: () => canonical(record),
    citation: () => `${DATA.citation ?? DATA.title}, record ${record.id}.`,
    link: () => location.href.split("#")[0] + address("statement", record.id),
  };
  const buttons = Object.entries(copies).map(([what, text]) =>
    h.button(
      { type: "button", onclick: () => copy(text(), capital(what)), "aria-label": `Copy ${what} of ${record.id}` },
      `Copy ${what}`,
    ),
  );
  const differ = PASSES.has(record.id) ? link(address("statement", record.id), "The passes differ") : null;
  return h.footer({ class: "actions" }, link(address("statement", record.id), h.code(record.id)), differ, buttons);
}

/** A statement. `heading` is the level of its heading; within its report, it is not headed by the event. */
function card(row, { heading = 2, within = false } = {}) {
  const { record, report } = row;
  const named = within ? `Statement ${record.id.split(".").pop()}` : report.event_title;
  const number = record.paragraph === null ? null : ` · paragraph ${record.paragraph}`;
  const title = within ? [named, number] : link(address("report", report.id), bdi(named));
  const language = languageName(report.language);
  const own = passage(record.text, spansOf(record), report.language, "text", `Text in ${language}`);
  const english =
    record.translation && passage(record.translation, englishSpans(record), "en", "translation", "English translation");
  return h.article(
    { class: "card" },
    h.header(h[`h${heading}`](title), within ? null : whereabouts(row)),
    h.div({ class: english ? "texts two" : "texts" }, own, english),
    facts(row),
    requestList(row),
    actions(row),
  );
}

/** Links to the page before and the page behind; null if there is one page. */
function pager(count, page, size, at) {
  const pages = Math.max(1, Math.ceil(count / size));
  if (pages === 1) return null;
  const to = (n, text, rel) => (n < 1 || n > pages ? h.span({ class: "off" }, text) : h.a({ href: at(n), rel }, text));
  return h.nav(
    { class: "pager", "aria-label": "Pages" },
    to(page - 1, "← Previous", "prev"),
    h.span(`Page ${number(page)} of ${number(pages)}`),
    to(page + 1, "Next →", "next"),
  );
}

/** The number of a page in a query, from 1 to the last one. */
function pageOf(query, count, size) {
  return Math.min(Math.max(1, Math.trunc(Number(query.page)) || 1), Math.max(1, Math.ceil(count / size)));
}

/** One page of the statements among rows. `at` gives the address of a page by its number. */
function statementList(rows, query, at, options) {
  const page = pageOf(query, rows.length, PAGE_SIZE);
  const shown = rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return [shown.map((row) => card(row, options)), pager(rows.length, page, PAGE_SIZE, at)];
}
