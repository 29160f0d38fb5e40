// Search without diacritics and across scripts. What is looked for are the words of a query, each anywhere.

/** A text as it is compared: small letters without accents, points or harakat; Hangul and Indic vowels stay whole. */
function fold(text) {
  const bare = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g, "");
  return bare
    .normalize("NFC")
    .toLowerCase()
    .replace(/[đðøłı]/g, (letter) => "ddoli"["đðøłı".indexOf(letter)]);
}

const VIEW_OF_TABLE = { actors: "actor", offices: "office", directives: "document" };

/** Id of an entry -> all its names: those of the registry, and the words that stand for it in any language. */
function namesOfEntries() {
  const names = { actors: new Map(), offices: new Map(), directives: new Map() };
  for (const [table, found] of Object.entries(names)) {
    for (const { id, name_en, name_original, title_en, title_original, number } of TABLES[table].values()) {
      found.set(id, new Set([id, name_en, name_original, title_en, title_original, number].filter(Boolean).map(fold)));
    }
  }
  const add = (table, ids, text, { start, end }) => {
    if (ids.length === 1) names[table].get(ids[0])?.add(fold(slice(text, start, end)));
  };
  for (const {
    record: { text, speaker, role, directives, requests },
  } of ROWS) {
    if (speaker) add("actors", [speaker.id], text, speaker);
    if (role) add("offices", role.offices, text, role);
    for (const citation of directives) add("directives", [citation.id], text, citation);
    for (const { addressee } of requests) if (addressee) add("actors", addressee.actors, text, addressee);
  }
  return names;
}

let searched = null; // made at the first search: the folded texts of rows, and the names of entries, commonest first

function searchIndex() {
  if (searched) return searched;
  const textOf = ({ record, report }) =>
    [record.id, record.text, record.translation, report.event_title, report.place].filter(Boolean).join("\n");
  const texts = new Map(ROWS.map((row) => [row, fold(textOf(row))]));
  const entries = Object.entries(namesOfEntries()).flatMap(([table, found]) =>
    [...found].map(([id, names]) => ({ table, id, names: [...names].join("\n") })),
  );
  const count = ({ table, id }) => mentionsOf(VIEW_OF_TABLE[table]).get(id) ?? 0;
  entries.sort((a, b) => count(b) - count(a));
  searched = { texts, entries };
  return searched;
}

/** The words of a query as they are compared; what stands in quotes is one of them. */
const termsOf = (query) => [...fold(query).matchAll(/"([^"]+)"|[^\s"]+/g)].map(([word, quoted]) => quoted ?? word);

/** Items in two parts: those that pass a test, and behind them the others. */
const firstThose = (items, test) => [...items.filter(test), ...items.filter((item) => !test(item))];

/** The entries whose names have all words of a query; those with a name in which they stand together come first. */
function entriesFound(query) {
  const terms = termsOf(query);
  if (!terms.length) return [];
  const found = searchIndex().entries.filter(({ names }) => terms.every((term) => names.includes(term)));
  return firstThose(found, ({ names }) => names.includes(terms.join(" ")));
}

/** A test for rows in which a word stands, or that mention somebody or something with it in a name. */
function having(term) {
  const { texts, entries } = searchIndex();
  const named = { actors: new Set(), offices: new Set(), directives: new Set() };
  for (const { table, id, names } of entries) if (names.includes(term)) named[table].add(id);
  return (row) =>
    texts.get(row).includes(term) ||
    row.speakers.some((id) => named.actors.has(id)) ||
    row.asked.some((id) => named.actors.has(id)) ||
    row.offices.some((id) => named.offices.has(id)) ||
    row.documents.some((id) => named.directives.has(id));
}

/** The rows that have each word of a query; those in which the words stand together come first. */
function rowsFound(query) {
  const terms = termsOf(query);
  if (!terms.length) return ROWS;
  const tests = terms.map(having);
  const found = ROWS.filter((row) => tests.every((test) => test(row)));
  return firstThose(found, having(terms.join(" ")));
}
