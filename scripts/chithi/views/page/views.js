// The views: each gives a title and nodes.

const MOST_NAMES = 8; // found by a search
const PASSES_SIZE = 10; // statements on a page of passes

function missing(id) {
  const told = ["There is nothing here by the name of ", h.code(line(id || "this")), ". ", link("#/", "To the start")];
  return { title: "Not found", nodes: [heading("Not found"), h.p(told)] };
}

/** The start: what the corpus is, one statement to learn the colours by, and the ways in. */
function start() {
  const requests = ROWS.flatMap(({ record }) => record.requests);
  const figures = [
    ["statements", ROWS.length, "statements"],
    ["reports", DATA.reports.length, "reports"],
    ["languages", new Set(DATA.reports.map(({ language }) => language)).size, "statements"],
    ["requests", requests.length, "levels"],
    ["actors", DATA.actors.length, "actors"],
    ["offices", DATA.offices.length, "offices"],
    ["documents", DATA.directives.length, "documents"],
  ].map(([noun, count, view]) => h.li(h.a({ href: address(view) }, h.b(number(count)), " ", noun)));
  const sample = ROWS.reduce((best, row) => (richness(row) > richness(best) ? row : best));
  return {
    title: "",
    nodes: [
      h.header(
        { class: "hero" },
        h.div(h.h1({ tabindex: "-1" }, bdi(DATA.title)), h.p(bdi(DATA.description))),
        h.ul({ class: "figures" }, figures),
      ),
      h.section(
        h.div({ class: "with" }, h.h2({ class: "section" }, "One statement"), legend()),
        card(sample, { heading: 3 }),
      ),
      h.div(
        { class: "grid" },
        bars("Languages", languagesOf(ROWS), languageName, statementsBy("language")),
        bars("Topics of requests", topicsOf(ROWS), words, statementsBy("topic")),
        bars("Who speaks", speakersOf(ROWS), actorName, entriesBy("actor")),
        bars("Who is asked", tally(requests.flatMap(addressees)), actorName, entriesBy("actor")),
        bars("What is cited", documentsOf(ROWS), directiveName, entriesBy("document")),
        bars("Acts", tally(requests.map(({ act }) => act)), words, statementsBy("act")),
      ),
    ],
  };
}

/** How much a statement shows: layers, and a text neither too short nor too long. */
function richness({ record: { speaker, role, directives, requests, translation, text } }) {
  const within = directives.some(({ start, end }) =>
    requests.some((request) => request.start <= start && end <= request.end),
  );
  const layers = [
    speaker,
    role,
    directives.length,
    requests.length > 1,
    requests.some(({ addressee }) => addressee),
    translation,
    within,
  ];
  return layers.filter(Boolean).length * 1000 - Math.abs(text.length - 300);
}

/** What filters and search leave. */
function statements(query) {
  const found = select(query);
  const requests = found.reduce((sum, { requests: asked }) => sum + asked.length, 0);
  const rows = found.map(({ row }) => row);
  const at = (page) => address("statements", undefined, { ...filtersOf(query), page });
  const nothing = note("No statement fits. Take a filter away, or search for fewer words.");
  return filteredView("statements", query, {
    title: query.q ? `${line(query.q, 40)}: statements` : TABS.statements,
    summary: `${counted(rows.length, "statement")}, ${counted(requests, "request")}`,
    more: [legend(), foundByName(query.q)],
    found: rows.length ? statementList(rows, query, at) : nothing,
  });
}

/** Links to the people, bodies, offices and documents whose names have all words of a search. */
function foundByName(search) {
  const shown = entriesFound(search ?? "").slice(0, MOST_NAMES);
  const chips = shown.map(({ table, id }) => {
    const view = VIEW_OF_TABLE[table];
    return h.li(h.a({ class: "chip", href: address(view, id) }, bdi(line(ENTRIES[view].name(id), 60))));
  });
  return chips.length
    ? h.nav({ "aria-label": "Found by name" }, h.ul({ class: "active" }, h.li({ class: "note" }, "Pages:"), chips))
    : null;
}

/** One statement, its neighbours, and the passes behind it. */
function statement(id) {
  const row = ROW_OF.get(id);
  if (!row) return missing(id);
  const around = ROWS.filter(({ record }) => record.report === row.record.report);
  const at = around.indexOf(row);
  const to = (other, text, rel) =>
    other ? h.a({ href: address("statement", other.record.id), rel }, text) : h.span({ class: "off" }, text);
  const passes = comparison(row);
  return {
    title: id,
    nodes: [
      heading("Statement", h.p({ class: "summary" }, h.code(id)), legend()),
      card(row),
      h.nav(
        { class: "pager", "aria-label": "Statements of the report" },
        to(around[at - 1], "← Previous", "prev"),
        h.span(`${number(at + 1)} of ${number(around.length)}`),
        to(around[at + 1], "Next →", "next"),
      ),
      passes ? [h.h2({ class: "section" }, "The passes behind it"), passes] : null,
    ],
  };
}

/** The statements on which the passes differ. */
function passes(query) {
  const rows = ROWS.filter(({ record }) => PASSES.has(record.id));
  const page = pageOf(query, rows.length, PASSES_SIZE);
  return {
    title: "Passes",
    nodes: [
      heading(
        "Where the passes differ",
        h.p(
          { class: "summary" },
          rows.length
            ? `${counted(rows.length, "statement")} that a single pass annotated otherwise than the corpus has it`
            : "No pass differs from the corpus.",
        ),
        legend(),
      ),
      rows
        .slice((page - 1) * PASSES_SIZE, page * PASSES_SIZE)
        .map((row) =>
          h.article(
            { class: "card" },
            h.header(h.h2(link(address("statement", row.record.id), bdi(row.report.event_title))), whereabouts(row)),
            comparison(row),
            actions(row),
          ),
        ),
      pager(rows.length, page, PASSES_SIZE, (n) => address("passes", undefined, { page: n })),
    ],
  };
}

/** Where the corpus comes from, and how it is cited. */
function about() {
  return {
    title: "About",
    nodes: [
      heading("About"),
      h.div(
        { class: "prose" },
        h.p(bdi(DATA.description)),
        (DATA.provenance ?? []).map((text) => h.p(bdi(text))),
        DATA.limits ? [h.h2("Limits"), h.p(bdi(DATA.limits))] : null,
        h.h2("What the colours mean"),
        legend(),
        h.p("A span within another lies within its colour. Point at a request, and its English words light up."),
        h.h2("Search and share"),
        h.p("Search takes words in any script, with or without accents, and a name finds its bearer in all languages."),
        h.p(
          "Filters stand in the address of the page: whoever gets it sees the same. ",
          h.kbd("/"),
          " begins a search.",
        ),
        h.h2("Licence and citation"),
        factList([
          ["Licence", DATA.licence],
          ["Version", DATA.version],
          ["Homepage", DATA.homepage && outside(DATA.homepage, DATA.homepage)],
          ["Cite as", DATA.citation && bdi(`${DATA.citation}.`)],
        ]),
        DATA.citation
          ? h.p(h.button({ type: "button", onclick: () => copy(`${DATA.citation}.`, "Citation") }, "Copy citation"))
          : null,
      ),
    ],
  };
}
