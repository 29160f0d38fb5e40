// Pages of a person, a body, a group, an office or a document, and the lists of them.

const LIST_SIZE = 60; // entries on a page of a list
const LONG_NOTE = 200; // characters of a note that is folded in
const KINDS = new Map([
  ["person", "People"],
  ["body", "Bodies"],
  ["group", "Groups"],
]);

/** By view: the table, the names of its entries, those that a row mentions, and the columns of the list. */
const ENTRIES = {
  actor: {
    table: "actors",
    name: actorName,
    mentions: ({ speakers, asked }) => [...new Set([...speakers, ...asked])],
    columns: {
      Name: ({ id }) => actorLink(id),
      "In the original": original,
      Kind: ({ kind }) => words(kind),
      Level: level,
    },
  },
  office: {
    table: "offices",
    name: officeName,
    mentions: ({ offices }) => offices,
    columns: {
      Office: ({ id }) => officeLink(id),
      "In the original": original,
      Branch: ({ body }) => words(body),
      Level: level,
    },
  },
  document: {
    table: "directives",
    name: directiveName,
    mentions: ({ documents }) => documents,
    columns: {
      Document: ({ id }) => directiveLink(id),
      Title: numbered,
      Kind: ({ kind }) => words(kind),
      Issued: issued,
    },
  },
};
const ROLES = new Map([
  ["speaks", ({ speakers }, id) => speakers.includes(id)],
  ["is asked", ({ asked }, id) => asked.includes(id)],
]);

function original({ name_original, title_original }) {
  const name = name_original ?? title_original;
  return name && bdi(name);
}

function level(entry) {
  return entry.level && words(entry.level);
}

/** The title of a document that has a number for a name. */
function numbered({ number, title_en }) {
  return number && bdi(title_en);
}

function issued(entry) {
  return entry.issued && h.time({ datetime: entry.issued }, dateText(entry.issued));
}

/** A note, folded in if it is long. */
function noted(note) {
  return note?.length > LONG_NOTE ? h.details(h.summary(line(note)), bdi(note)) : note && bdi(note);
}

const mentioned = {}; // view -> Map of ids to numbers of statements, made when first needed

function mentionsOf(view) {
  mentioned[view] ??= new Map(tally(ROWS.flatMap(ENTRIES[view].mentions)));
  return mentioned[view];
}

/** What bars of statements lead to: the statements with one more filter. */
const statementsBy =
  (key, others = {}) =>
  (value) =>
    address("statements", undefined, { ...others, [key]: value });
const entriesBy = (view) => (id) => address(view, id);

const speakersOf = (rows) => tally(rows.flatMap(({ speakers }) => speakers));
const documentsOf = (rows) => tally(rows.flatMap(({ documents }) => documents));
const languagesOf = (rows) => tally(rows.map(({ report }) => report.language));
const topicsOf = (rows, keep = () => true) =>
  tally(rows.flatMap(({ record }) => record.requests.filter(keep).map(({ topic }) => topic)));

/** The bars that tell what an actor has to do with others. */
function relationsOfActor(id, rows) {
  const own = rows.filter(({ speakers }) => speakers.includes(id));
  const asking = rows.filter(({ asked }) => asked.includes(id));
  const isAsked = (request) => addressees(request).includes(id);
  const [from, to] = [{ speaker: id }, { addressee: id }];
  return [
    bars("Offices held", tally(own.flatMap(({ offices }) => offices)), officeName, entriesBy("office")),
    bars("Asks", tally(own.flatMap(({ asked }) => asked)), actorName, statementsBy("addressee", from)),
    bars("Asks for", topicsOf(own), words, statementsBy("topic", from)),
    bars("Cites", documentsOf(own), directiveName, statementsBy("document", from)),
    bars("Is asked by", speakersOf(asking), actorName, statementsBy("speaker", to)),
    bars("Is asked for", topicsOf(asking, isAsked), words, statementsBy("topic", to)),
  ];
}

/** The bars that tell who holds an office or cites a document, on which topics, in which languages. */
function relationsOfOther(view, id, rows) {
  const here = { [view]: id };
  return [
    bars(view === "office" ? "Held by" : "Cited by", speakersOf(rows), actorName, statementsBy("speaker", here)),
    bars("Topics of the requests", topicsOf(rows), words, statementsBy("topic", here)),
    bars("Languages", languagesOf(rows), languageName, statementsBy("language", here)),
  ];
}

/** The page of an entry, with all statements that mention it. */
function entryPage(view, id, query) {
  const { table, name, mentions } = ENTRIES[view];
  const entry = TABLES[table].get(id);
  if (!entry) return missing(id);
  const all = ROWS.filter((row) => mentions(row).includes(id));
  const inRole = (role) => all.filter((row) => !ROLES.has(role) || ROLES.get(role)(row, id));
  const role = view === "actor" && ROLES.has(query.role) ? query.role : "";
  const rows = inRole(role);
  const roles = ["", ...ROLES.keys()].map((other) => [
    address(view, id, { role: other }),
    `${capital(other || "all")} (${number(inRole(other).length)})`,
    other === role,
  ]);
  return {
    title: name(id),
    nodes: [
      entryHead(entry.kind ?? view, name(id), [
        ["In the original", original(entry)],
        ["Branch", entry.body && words(entry.body)],
        ["Level", level(entry)],
        ["Title", numbered(entry)],
        ["Issuer", entry.issuer && bdi(entry.issuer)],
        ["Issued", issued(entry)],
        ["Id", h.code(id)],
        ["Note", noted(entry.note)],
      ]),
      h.div({ class: "grid" }, view === "actor" ? relationsOfActor(id, all) : relationsOfOther(view, id, all)),
      h.h2({ class: "section" }, counted(rows.length, "statement")),
      view === "actor" ? tabs("Statements", roles) : null,
      statementList(rows, query, (page) => address(view, id, { role, page }), { heading: 3 }),
    ],
  };
}

/** The head of the page of one thing: what it is, its name, its facts. */
function entryHead(kind, name, pairs) {
  return h.header(
    { class: "entry" },
    h.p({ class: "kind" }, words(kind)),
    h.h1({ tabindex: "-1" }, bdi(name)),
    factList(pairs),
  );
}

/** A table, which a narrow screen shows as a list; the roles keep it a table. Cells that are numbers count statements. */
function listTable(label, heads, rows) {
  const head = heads.map((text) => h.th({ scope: "col", role: "columnheader" }, text));
  const cell = (value) =>
    typeof value === "number" ? h.td({ role: "cell", class: "number" }, number(value)) : h.td({ role: "cell" }, value);
  const body = rows.map((cells) => h.tr({ role: "row" }, cells.map(cell)));
  return region(
    label,
    h.table(
      { class: "list", role: "table" },
      h.thead({ role: "rowgroup" }, h.tr({ role: "row" }, head)),
      h.tbody({ role: "rowgroup" }, body),
    ),
  );
}

/** A table of all entries of a kind, those that most statements mention first. */
function entryList(view, { kind, year, ...query }) {
  const { table, name, columns } = ENTRIES[view];
  const count = ({ id }) => mentionsOf(view).get(id) ?? 0;
  const entries = DATA[table]
    .filter((entry) => (!kind || entry.kind === kind) && (!year || entry.issued?.startsWith(year)))
    .sort((a, b) => count(b) - count(a) || (name(a.id) < name(b.id) ? -1 : 1));
  const page = pageOf(query, entries.length, LIST_SIZE);
  const shown = entries.slice((page - 1) * LIST_SIZE, page * LIST_SIZE);
  const title = [KINDS.get(kind) ?? TABS[`${view}s`], year && `of ${line(year, 10)}`].filter(Boolean).join(" ");
  const known = view === "office" ? [] : [["", DATA[table].length], ...tally(DATA[table].map((entry) => entry.kind))];
  const kinds = known.map(([other, size]) => [
    address(`${view}s`, undefined, { kind: other }),
    `${KINDS.get(other) ?? capital(words(other || "all"))} (${number(size)})`,
    other === (kind ?? ""),
  ]);
  const rows = shown.map((entry) => [...Object.values(columns).map((cell) => cell(entry)), count(entry)]);
  return {
    title,
    nodes: [
      heading(title),
      tabs("Kinds", kinds),
      listTable(title, [...Object.keys(columns), "Statements"], rows),
      pager(entries.length, page, LIST_SIZE, (n) => address(`${view}s`, undefined, { kind, year, page: n })),
    ],
  };
}
