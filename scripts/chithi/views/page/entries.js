// Pages of a person, a body, a group, an office or a document, and the lists of them.

const LIST_SIZE = 60;
const KINDS = { person: "People", body: "Bodies", group: "Groups" };

/** What the views know of a table: how many statements mention each entry, and how a row mentions one. */
const ENTRIES = {
  actor: {
    table: "actors",
    facet: "addressee",
    name: actorName,
    of: actorOf,
    mentions: ({ record, asked }) => [...new Set([...(record.speaker ? [record.speaker.id] : []), ...asked])],
    roles: {
      speaks: ({ record }, id) => record.speaker?.id === id,
      "is asked": ({ asked }, id) => asked.includes(id),
    },
  },
  office: {
    table: "offices",
    facet: "office",
    name: officeName,
    of: officeOf,
    mentions: ({ offices }) => offices,
    roles: {},
  },
  document: {
    table: "directives",
    facet: "document",
    name: directiveName,
    of: directiveOf,
    mentions: ({ documents }) => documents,
    roles: {},
  },
};

const counts = {}; // view -> Map of ids to numbers of statements, made when first needed

function mentionsOf(view) {
  counts[view] ??= new Map(tally(ROWS.flatMap(ENTRIES[view].mentions)));
  return counts[view];
}

/** The facts of a registry entry as a list of terms. */
function factList(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el(
    "dl",
    { class: "facts" },
    known.map(([key, value]) => el("div", {}, el("dt", {}, key), el("dd", {}, value))),
  );
}

/** A note, folded in if it is long. */
function noted(note) {
  return note && note.length > 200
    ? el("details", {}, el("summary", {}, `${line(note, 90)}`), bdi(note))
    : note && bdi(note);
}

/** A table of entries, which a narrow screen shows as a list. */
function listTable(label, heads, rows) {
  const head = heads.map((text, n) =>
    el("th", { scope: "col", role: "columnheader", class: text === "Statements" && n ? "number" : null }, text),
  );
  const body = rows.map((cells) =>
    el(
      "tr",
      { role: "row" },
      cells.map((cell) =>
        el(
          "td",
          { role: "cell", class: typeof cell === "number" ? "number" : null },
          typeof cell === "number" ? number(cell) : cell,
        ),
      ),
    ),
  );
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    el(
      "table",
      { class: "list", role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, head)),
      el("tbody", { role: "rowgroup" }, body),
    ),
  );
}

function factsOf(view, entry) {
  const original = entry.name_original ?? entry.title_original;
  return factList([
    ["In the original", original && bdi(original)],
    ["Branch", entry.body && words(entry.body)],
    ["Level", entry.level && words(entry.level)],
    ["Title", entry.number && bdi(entry.title_en)],
    ["Issuer", entry.issuer && bdi(entry.issuer)],
    ["Issued", entry.issued && el("time", { datetime: entry.issued }, dateText(entry.issued))],
    ["Id", el("code", {}, entry.id)],
    ["Note", noted(entry.note)],
  ]);
}

/** The bars that tell what an entry has to do with others. */
function relations(view, id, rows) {
  const to =
    (key, other = {}) =>
    (value) =>
      address("statements", undefined, { ...other, [key]: value });
  const speakers = (found) => tally(found.flatMap(({ record }) => (record.speaker ? [record.speaker.id] : [])));
  const topics = (found, keep) =>
    tally(found.flatMap(({ record }) => record.requests.filter(keep).map(({ topic }) => topic)));
  if (view === "actor") {
    const own = rows.filter(({ record }) => record.speaker?.id === id);
    const asking = rows.filter(({ asked }) => asked.includes(id));
    const isAsked = (request) => addressees(request).includes(id);
    return [
      bars("Offices held", tally(own.flatMap(({ offices }) => offices)), officeName, (value) =>
        address("office", value),
      ),
      bars("Asks", tally(own.flatMap(({ asked }) => asked)), actorName, to("addressee", { speaker: id })),
      bars(
        "Asks for",
        topics(own, () => true),
        words,
        to("topic", { speaker: id }),
      ),
      bars("Cites", tally(own.flatMap(({ documents }) => documents)), directiveName, to("document", { speaker: id })),
      bars("Is asked by", speakers(asking), actorName, to("speaker", { addressee: id })),
      bars("Is asked for", topics(asking, isAsked), words, to("topic", { addressee: id })),
    ];
  }
  return [
    bars(view === "office" ? "Held by" : "Cited by", speakers(rows), actorName, to("speaker", { [view]: id })),
    bars(
      "Topics of requests beside it",
      topics(rows, () => true),
      words,
      to("topic", { [view]: id }),
    ),
    bars("Languages", tally(rows.map(({ report }) => report.language)), languageName, to("language", { [view]: id })),
  ];
}

/** The page of an entry, with all statements that mention it. */
function entryPage(view, id, query) {
  const { table, of, name, mentions, roles } = ENTRIES[view];
  if (!TABLES[table].has(id)) return missing(id);
  const all = ROWS.filter((row) => mentions(row).includes(id));
  const rows = roles[query.role] ? all.filter((row) => roles[query.role](row, id)) : all;
  const tabs = Object.keys(roles).length
    ? el(
        "nav",
        { class: "tabs", "aria-label": "Statements" },
        [
          ["", "All", all.length],
          ...Object.keys(roles).map((role) => [role, capital(role), all.filter((row) => roles[role](row, id)).length]),
        ].map(([role, label, count]) =>
          el(
            "a",
            { href: address(view, id, { role }), "aria-current": (query.role ?? "") === role ? "true" : null },
            `${label} (${number(count)})`,
          ),
        ),
      )
    : null;
  const entry = of(id);
  const what = view === "actor" ? entry.kind : view === "office" ? "office" : entry.kind;
  return {
    title: name(id),
    nodes: [
      el(
        "header",
        { class: "entry" },
        el("p", { class: "kind" }, words(what)),
        el("h1", { tabindex: "-1" }, bdi(name(id))),
        factsOf(view, entry),
      ),
      el("div", { class: "grid" }, relations(view, id, all)),
      el("h2", { class: "section" }, `${counted(rows.length, "statement")}`),
      tabs,
      statementList(rows, query, (page) => address(view, id, { role: query.role, page }), { heading: 3 }),
    ],
  };
}

/** A table of all entries of a kind, those that most statements mention first. */
function entryList(view, query) {
  const { table, name } = ENTRIES[view];
  const mentioned = mentionsOf(view);
  const kept = DATA[table].filter(
    (entry) =>
      (!query.kind || entry.kind === query.kind) && (!query.year || (entry.issued ?? "").startsWith(query.year)),
  );
  const entries = kept.sort(
    (a, b) => (mentioned.get(b.id) ?? 0) - (mentioned.get(a.id) ?? 0) || (name(a.id) < name(b.id) ? -1 : 1),
  );
  const page = pageOf(query, entries.length, LIST_SIZE);
  const columns = {
    actor: [
      ["Name", (entry) => actorLink(entry.id)],
      ["In the original", (entry) => entry.name_original && bdi(entry.name_original)],
      ["Kind", (entry) => words(entry.kind)],
      ["Level", (entry) => entry.level && words(entry.level)],
    ],
    office: [
      ["Office", (entry) => officeLink(entry.id)],
      ["In the original", (entry) => entry.title_original && bdi(entry.title_original)],
      ["Branch", (entry) => words(entry.body)],
      ["Level", (entry) => words(entry.level)],
    ],
    document: [
      ["Document", (entry) => directiveLink(entry.id)],
      ["Title", (entry) => entry.number && bdi(entry.title_en)],
      ["Kind", (entry) => words(entry.kind)],
      ["Issued", (entry) => entry.issued && dateText(entry.issued)],
    ],
  }[view];
  const shown = entries.slice((page - 1) * LIST_SIZE, page * LIST_SIZE);
  const rows = shown.map((entry) => [...columns.map(([, cell]) => cell(entry)), mentioned.get(entry.id) ?? 0]);
  const title =
    { actor: KINDS[query.kind] ?? "Actors", office: "Offices", document: "Documents" }[view] +
    (query.year ? ` of ${line(query.year, 10)}` : "");
  const kinds = view === "office" ? [] : tally(DATA[table].map(({ kind }) => kind));
  const tabs =
    kinds.length > 1
      ? el(
          "nav",
          { class: "tabs", "aria-label": "Kinds" },
          [
            ["", "All", DATA[table].length],
            ...kinds.map(([kind, count]) => [kind, KINDS[kind] ?? capital(words(kind)), count]),
          ].map(([kind, label, count]) =>
            el(
              "a",
              {
                href: address(`${view}s`, undefined, { kind }),
                "aria-current": (query.kind ?? "") === kind ? "true" : null,
              },
              `${label} (${number(count)})`,
            ),
          ),
        )
      : null;
  return {
    title,
    nodes: [
      el("h1", { tabindex: "-1" }, title),
      tabs,
      listTable(title, [...columns.map(([label]) => label), "Statements"], rows),
      pager(entries.length, page, LIST_SIZE, (n) =>
        address(`${view}s`, undefined, { kind: query.kind, year: query.year, page: n }),
      ),
    ],
  };
}
