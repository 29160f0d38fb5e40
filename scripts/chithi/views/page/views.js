// The views: each gives a title and nodes.

const heading = (text, ...more) => el("header", { class: "head" }, el("h1", { tabindex: "-1" }, text), ...more);
const statementsBy = (key) => (value) => address("statements", undefined, { [key]: value });
const restated = () =>
  el(
    "p",
    { class: "caution" },
    "Each text restates one passage of a report. ",
    el("b", {}, "It is no quotation: "),
    "do not quote it as the words of the people named.",
  );

function missing(id) {
  return {
    title: "Not found",
    nodes: [
      heading("Not found"),
      el(
        "p",
        {},
        "There is nothing here by the name of ",
        el("code", {}, line(id || "this")),
        ". ",
        link("#/", "To the start"),
      ),
    ],
  };
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
  ].map(([noun, count, view]) => el("li", {}, el("a", { href: address(view) }, el("b", {}, number(count)), " ", noun)));
  const sample = ROWS.reduce((best, row) => (richness(row) > richness(best) ? row : best), ROWS[0]);
  return {
    title: "",
    nodes: [
      el(
        "header",
        { class: "hero" },
        el("div", {}, el("h1", { tabindex: "-1" }, bdi(DATA.title)), el("p", {}, bdi(DATA.description))),
        el("ul", { class: "figures" }, figures),
      ),
      sample
        ? el(
            "section",
            {},
            el("div", { class: "with" }, el("h2", { class: "section" }, "One statement"), legend()),
            card(sample, { heading: 3 }),
          )
        : null,
      el(
        "div",
        { class: "grid" },
        bars("Languages", tally(ROWS.map(({ report }) => report.language)), languageName, statementsBy("language")),
        bars("Topics of requests", tally(requests.map(({ topic }) => topic)), words, statementsBy("topic")),
        bars(
          "Who speaks",
          tally(ROWS.flatMap(({ record }) => (record.speaker ? [record.speaker.id] : []))),
          actorName,
          (id) => address("actor", id),
        ),
        bars("Who is asked", tally(requests.flatMap(addressees)), actorName, (id) => address("actor", id)),
        bars("What is cited", [...mentionsOf("document")], directiveName, (id) => address("document", id)),
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
  const filters = filtersOf(query);
  const entries = query.q ? entriesFound(query.q) : [];
  const mentioned = entries
    .map(({ table, id }) => [TABLE_NAMES[table], id])
    .sort(([a, x], [b, y]) => (mentionsOf(b).get(y) ?? 0) - (mentionsOf(a).get(x) ?? 0));
  const chips = mentioned
    .slice(0, 8)
    .map(([view, id]) =>
      el("li", {}, el("a", { class: "chip", href: address(view, id) }, bdi(line(ENTRIES[view].name(id), 60)))),
    );
  return {
    title: query.q ? `${line(query.q, 40)}: statements` : "Statements",
    nodes: [
      heading(
        "Statements",
        el("p", { class: "summary" }, `${counted(found.length, "statement")}, ${counted(requests, "request")}`),
        legend(),
      ),
      chips.length
        ? el(
            "nav",
            { "aria-label": "Found by name" },
            el("ul", { class: "active" }, el("li", { class: "note" }, "Pages:"), chips),
          )
        : null,
      activeFilters("statements", query),
      el(
        "div",
        { class: "filtered" },
        filterForm("statements", query),
        el(
          "div",
          { class: "cards" },
          found.length
            ? null
            : el("p", { class: "note" }, "No statement fits. Take a filter away, or search for fewer words."),
          statementList(
            found.map(({ row }) => row),
            query,
            (page) => address("statements", undefined, { ...filters, page }),
          ),
        ),
      ),
    ],
  };
}

/** All events with their reports, the latest first. */
function reports(query) {
  const events = [...grouped(DATA.reports, ({ event }) => event)].map(([event, found]) => ({
    event,
    found,
    date: found
      .map(({ held, published }) => held ?? published ?? "")
      .sort()
      .pop(),
  }));
  events.sort((a, b) => (a.date === b.date ? (a.event < b.event ? -1 : 1) : a.date < b.date ? 1 : -1));
  const size = tally(ROWS.map(({ record }) => record.report));
  const sizes = new Map(size);
  const page = pageOf(query, events.length, LIST_SIZE);
  const rows = events.slice((page - 1) * LIST_SIZE, page * LIST_SIZE).map(({ found, date }) => [
    el("span", { class: "date" }, date ? dateText(date) : "no date"),
    [
      link(address("report", found[0].id), bdi(found[0].event_title)),
      found[0].place ? el("span", { class: "place" }, bdi(found[0].place)) : null,
    ],
    el(
      "ul",
      { class: "active" },
      found.map((report) =>
        el(
          "li",
          {},
          el(
            "a",
            { class: "chip", href: address("report", report.id) },
            `${languageName(report.language)} ${number(sizes.get(report.id) ?? 0)}`,
          ),
        ),
      ),
    ),
    found[0].split,
  ]);
  return {
    title: "Reports",
    nodes: [
      heading(
        "Reports",
        el(
          "p",
          { class: "summary" },
          `${counted(DATA.reports.length, "report")} on ${counted(events.length, "event")}`,
        ),
      ),
      listTable("Reports", ["Date", "Event", "Reports, with their statements", "Split"], rows),
      pager(events.length, page, LIST_SIZE, (n) => address("reports", undefined, { page: n })),
    ],
  };
}

/** One report with its statements, and the other reports on its event. */
function report(id, query) {
  const found = TABLES.reports.get(id);
  if (!found) return missing(id);
  const rows = ROWS.filter(({ record }) => record.report === id);
  const others = DATA.reports.filter(({ event }) => event === found.event);
  const tabs =
    others.length > 1
      ? el(
          "nav",
          { class: "tabs", "aria-label": "Reports on this event" },
          others.map((other) =>
            el(
              "a",
              { href: address("report", other.id), "aria-current": other.id === id ? "true" : null },
              languageName(other.language),
            ),
          ),
        )
      : null;
  const address_ = /^https?:\/\//.test(found.url ?? "")
    ? el("a", { href: found.url, rel: "noopener noreferrer", class: "outside" }, bdi(found.publisher ?? found.url))
    : found.publisher && bdi(found.publisher);
  return {
    title: found.event_title,
    nodes: [
      el(
        "header",
        { class: "entry" },
        el("p", { class: "kind" }, `Report in ${languageName(found.language)}`),
        el("h1", { tabindex: "-1" }, bdi(found.event_title)),
        factList([
          ["Held", found.held && dateText(found.held)],
          ["Place", found.place && bdi(found.place)],
          ["Publisher", address_],
          ["Published", found.published && dateText(found.published)],
          ["Split", found.split],
          ["Id", el("code", {}, id)],
          ["Note", noted(found.note)],
        ]),
      ),
      restated(),
      tabs,
      legend(),
      statementList(rows, query, (page) => address("report", id, { page }), { within: true }),
    ],
  };
}

/** One statement, its neighbours, and the passes behind it. */
function statement(id) {
  const row = ROW_OF.get(id);
  if (!row) return missing(id);
  const around = ROWS.filter(({ record }) => record.report === row.record.report);
  const at = around.indexOf(row);
  const to = (other, text, rel) =>
    other ? el("a", { href: address("statement", other.record.id), rel }, text) : el("span", { class: "off" }, text);
  const passes = comparison(row);
  return {
    title: id,
    nodes: [
      heading("Statement", el("p", { class: "summary" }, el("code", {}, id)), legend()),
      card(row),
      el(
        "nav",
        { class: "pager", "aria-label": "Statements of the report" },
        to(around[at - 1], "← Previous", "prev"),
        el("span", {}, `${number(at + 1)} of ${number(around.length)}`),
        to(around[at + 1], "Next →", "next"),
      ),
      passes ? [el("h2", { class: "section" }, "The passes behind it"), passes] : null,
    ],
  };
}

/** Who asks whom, by level and by name. */
function levels(query) {
  const filters = filtersOf(query);
  const found = select(query);
  const pairs = found.flatMap(({ row, requests }) =>
    requests.flatMap((request) => levelsAsked(request).map((asked) => `${row.level} ${asked}`)),
  );
  const counted_ = new Map(tally(pairs));
  const known = [...DATA.levels, NOT_TOLD];
  const rows = known.filter((level) => pairs.some((pair) => pair.startsWith(`${level} `)));
  const columns = known.filter((level) => pairs.some((pair) => pair.endsWith(` ${level}`)));
  const names = tally(
    found.flatMap(({ row, requests }) =>
      row.record.speaker
        ? requests.flatMap((request) => addressees(request).map((id) => JSON.stringify([row.record.speaker.id, id])))
        : [],
    ),
  );
  const pairName = (pair) => JSON.parse(pair).map(actorName).join(" → ");
  const toPair = (pair) =>
    address("statements", undefined, { ...filters, speaker: JSON.parse(pair)[0], addressee: JSON.parse(pair)[1] });
  return {
    title: "Who asks whom",
    nodes: [
      heading(
        "Who asks whom",
        el(
          "p",
          { class: "summary" },
          "Requests by the level of the speaker (rows) and of those who are asked (columns). A request to several levels counts in each.",
        ),
      ),
      activeFilters("levels", query),
      el(
        "div",
        { class: "filtered" },
        filterForm("levels", query),
        el(
          "div",
          {},
          rows.length
            ? heatTable("Requests by level", "speaker ↓ asked →", rows, columns, {
                count: (row, column) => counted_.get(`${row} ${column}`) ?? 0,
                href: (level, asked) => address("statements", undefined, { ...filters, level, asked }),
              })
            : el("p", { class: "note" }, "No request fits."),
          bars("The commonest pairs", names, pairName, toPair, 20),
        ),
      ),
    ],
  };
}

/** Requests by month, documents by year of issue, topics by year. */
function time(query) {
  const filters = filtersOf(query);
  const found = select(query);
  const dated = found.filter(({ row }) => row.date && row.requests !== 0);
  const acts = tally(found.flatMap(({ requests }) => requests.map(({ act }) => act))).map(([act]) => act);
  const years = [...new Set(dated.map(({ row }) => row.date.slice(0, 4)))].sort();
  const topics = tally(found.flatMap(({ requests }) => requests.map(({ topic }) => topic))).map(([topic]) => topic);
  const byYear = new Map(
    tally(dated.flatMap(({ row, requests }) => requests.map(({ topic }) => `${topic} ${row.date.slice(0, 4)}`))),
  );
  const inYear = (year) => ({ from: `${year}-01-01`, until: `${year}-12-31` });
  return {
    title: "Over time",
    nodes: [
      heading(
        "Over time",
        el(
          "p",
          { class: "summary" },
          "Requests by the month of their event, and the documents that are cited by the year in which they were issued.",
        ),
      ),
      activeFilters("time", query),
      el(
        "div",
        { class: "filtered" },
        filterForm("time", query),
        el(
          "div",
          {},
          requestsOverTime(dated, acts, filters),
          documentsOverTime(found),
          years.length
            ? heatTable(
                "Topics of requests by year",
                "topic",
                topics.filter((topic) => years.some((year) => byYear.has(`${topic} ${year}`))),
                years,
                {
                  count: (topic, year) => byYear.get(`${topic} ${year}`) ?? 0,
                  href: (topic, year) => address("statements", undefined, { ...filters, topic, ...inYear(year) }),
                },
              )
            : null,
        ),
      ),
    ],
  };
}

function requestsOverTime(dated, acts, filters) {
  const months = dated.filter(({ row, requests }) => row.date.length > 4 && requests.length);
  const left = dated.filter(({ row }) => row.date.length === 4).reduce((sum, { requests }) => sum + requests.length, 0);
  if (!months.length) return el("p", { class: "note" }, "No request that fits is dated by the month.");
  const byMonth = grouped(months, ({ row }) => row.date.slice(0, 7));
  const known = [...byMonth.keys()].sort();
  const bins = between(known[0], known.at(-1)).map((month, n) => {
    const requests = (byMonth.get(month) ?? []).flatMap(({ requests: asked }) => asked);
    const href = address("statements", undefined, { ...filters, from: `${month}-01`, until: `${month}-31` });
    return {
      label: month.endsWith("-01") || (n === 0 && month.slice(5) < "10") ? month.slice(0, 4) : "",
      long: dateText(month),
      count: requests.length,
      href,
      counts: Object.fromEntries(tally(requests.map(({ act }) => act))),
    };
  });
  return [
    columnsOverTime("Requests by month", bins, acts, "request"),
    left
      ? el(
          "p",
          { class: "note" },
          `${counted(left, "request")} of which only the year is known ${left === 1 ? "is" : "are"} not drawn.`,
        )
      : null,
  ];
}

function documentsOverTime(found) {
  const cited = new Set(found.flatMap(({ row }) => row.documents));
  const years = new Map(tally([...cited].map((id) => (directiveOf(id).issued ?? "").slice(0, 4)).filter(Boolean)));
  if (!years.size) return null;
  const known = [...years.keys()].sort();
  const bins = between(known[0], known.at(-1)).map((year, n, all) => ({
    label: all.length < 16 || Number(year) % 5 === 0 ? year : "",
    long: year,
    count: years.get(year) ?? 0,
    href: address("documents", undefined, { year }),
    counts: { documents: years.get(year) ?? 0 },
  }));
  return columnsOverTime("Documents by year of issue", bins, ["documents"], "document");
}

/** The statements on which the passes differ. */
function passes(query) {
  const rows = ROWS.filter(({ record }) => PASSES.has(record.id));
  const size = 10;
  const page = pageOf(query, rows.length, size);
  return {
    title: "Passes",
    nodes: [
      heading(
        "Where the passes differ",
        el(
          "p",
          { class: "summary" },
          rows.length
            ? `${counted(rows.length, "statement")} that a single pass annotated otherwise than the corpus has it`
            : "No pass differs from the corpus.",
        ),
        legend(),
      ),
      rows
        .slice((page - 1) * size, page * size)
        .map((row) =>
          el(
            "article",
            { class: "card" },
            el(
              "header",
              {},
              el("h2", {}, link(address("statement", row.record.id), bdi(row.report.event_title))),
              whereabouts(row),
            ),
            comparison(row),
            actions(row),
          ),
        ),
      pager(rows.length, page, size, (n) => address("passes", undefined, { page: n })),
    ],
  };
}

/** Where the corpus comes from, and how it is cited. */
function about() {
  const homepage = /^https?:\/\//.test(DATA.homepage ?? "")
    ? el("a", { href: DATA.homepage, rel: "noopener noreferrer" }, DATA.homepage)
    : null;
  return {
    title: "About",
    nodes: [
      heading("About"),
      el(
        "div",
        { class: "prose" },
        el("p", {}, bdi(DATA.description)),
        restated(),
        (DATA.provenance ?? []).map((text) => el("p", {}, bdi(text))),
        DATA.limits ? [el("h2", {}, "Limits"), el("p", {}, bdi(DATA.limits))] : null,
        el("h2", {}, "What the colours mean"),
        legend(),
        el(
          "p",
          {},
          "A span within another lies within its colour. Point at a request, and its English words light up.",
        ),
        el("h2", {}, "Search and share"),
        el(
          "p",
          {},
          "Search takes words in any script, with or without accents. A name finds whoever bears it in all languages. Filters stand in the address of the page: copy it, and somebody else sees the same. Press ",
          el("kbd", {}, "/"),
          " to search.",
        ),
        el("h2", {}, "Licence and citation"),
        factList([
          ["Licence", DATA.licence],
          ["Version", DATA.version],
          ["Homepage", homepage],
          ["To be cited as", DATA.citation && bdi(`${DATA.citation}.`)],
        ]),
        DATA.citation
          ? el(
              "p",
              {},
              el("button", { type: "button", onclick: () => copy(`${DATA.citation}.`, "Citation") }, "Copy citation"),
            )
          : null,
      ),
    ],
  };
}
