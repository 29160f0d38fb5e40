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

let searched = null; // made at the first search: the folded texts of rows, and the names of entries

function searchIndex() {
  if (searched) return searched;
  const texts = ROWS.map(({ record, report }) =>
    fold([record.id, record.text, record.translation, report.event_title, report.place].filter(Boolean).join("\n")),
  );
  const entries = Object.entries(namesOfEntries()).flatMap(([table, found]) =>
    [...found].map(([id, names]) => ({ table, id, names: [...names].join("\n") })),
  );
  searched = { texts, entries };
  return searched;
}

const termsOf = (query) => fold(query).split(/\s+/).filter(Boolean);

/** The entries whose names have all words of a query. */
function entriesFound(query) {
  const terms = termsOf(query);
  return terms.length ? searchIndex().entries.filter(({ names }) => terms.every((term) => names.includes(term))) : [];
}

/** The rows in which each word of a query stands, or a name of somebody or something that they mention. */
function rowsFound(query) {
  const terms = termsOf(query);
  if (!terms.length) return ROWS;
  const { texts, entries } = searchIndex();
  const named = terms.map((term) => {
    const ids = { actors: new Set(), offices: new Set(), directives: new Set() };
    for (const { table, id, names } of entries) if (names.includes(term)) ids[table].add(id);
    return ids;
  });
  const mentions = ({ speakers, offices, documents, asked }, { actors, offices: titles, directives }) =>
    [...speakers, ...asked].some((id) => actors.has(id)) ||
    offices.some((id) => titles.has(id)) ||
    documents.some((id) => directives.has(id));
  return ROWS.filter((row, n) => terms.every((term, i) => texts[n].includes(term) || mentions(row, named[i])));
}
