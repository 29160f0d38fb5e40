// The corpus: its registries by id, and its statements as rows, each with what filters and views ask of it.

const DATA = JSON.parse(byId("data").textContent);
const TABLES = Object.fromEntries(
  ["reports", "actors", "offices", "directives"].map((name) => [
    name,
    new Map(DATA[name].map((entry) => [entry.id, entry])),
  ]),
);
const NOT_TOLD = "not-told"; // the value of a level that is not known

const actorOf = (id) => TABLES.actors.get(id) ?? { id, kind: "person", name_en: id };
const officeOf = (id) => TABLES.offices.get(id) ?? { id, title_en: id };
const directiveOf = (id) => TABLES.directives.get(id) ?? { id, title_en: id };
const reportOf = (id) => TABLES.reports.get(id) ?? { id, event: id, event_title: id, language: "und", split: "" };
const actorName = (id) => actorOf(id).name_en;
const officeName = (id) => officeOf(id).title_en;
const directiveName = (id) => directiveOf(id).number ?? directiveOf(id).title_en;

const colour = (act) => `colour-${DATA.acts.indexOf(act) % 6}`;

const ROWS = DATA.statements.map(({ offices_in_report, speaker_level, ...record }) => {
  const report = reportOf(record.report);
  const date = report.held ?? report.published ?? null;
  return {
    record,
    report,
    date,
    first: date && (date + "-01-01").slice(0, 10), // the first and the last day that the date allows
    last: date && (date + "-12-31".slice(date.length - 4)).slice(0, 10),
    level: speaker_level ?? NOT_TOLD,
    offices: [...new Set([...(record.role?.offices ?? []), ...offices_in_report])],
    speakers: record.speaker ? [record.speaker.id] : [],
    documents: [...new Set(record.directives.map((citation) => citation.id))],
    asked: [...new Set(record.requests.flatMap(addressees))],
  };
});
// The latest first, report by report; statements of one report keep their order.
ROWS.sort((a, b) => {
  const [one, other] = [a.first ?? "", b.first ?? ""];
  return one === other ? (a.report.id < b.report.id ? -1 : Number(a.report.id > b.report.id)) : one < other ? 1 : -1;
});
const ROW_OF = new Map(ROWS.map((row) => [row.record.id, row]));
const PASSES = grouped(DATA.passes, (pass) => pass.id);

function addressees(request) {
  return request.addressee?.actors ?? [];
}

/** The levels of those who are asked; NOT_TOLD if nobody is named, or for a person. */
function levelsAsked(request) {
  const levels = addressees(request).map((id) => actorOf(id).level ?? NOT_TOLD);
  return levels.length ? [...new Set(levels)] : [NOT_TOLD];
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

/** How often each value occurs, the commonest first; equally common ones by value. */
function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

/** The text of a span; offsets are code points. */
function slice(text, start, end) {
  return /[\ud800-\udfff]/.test(text) ? [...text].slice(start, end).join("") : text.slice(start, end);
}

/** A statement as it stands in its file, with the texts of its spans. */
function canonical(record) {
  const whole = (value) => {
    if (Array.isArray(value)) return value.map(whole);
    if (value === null || typeof value !== "object") return value;
    const { start, end, ...rest } = value;
    const others = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, whole(item)]));
    return start === undefined ? others : { start, end, text: slice(record.text, start, end), ...others };
  };
  return JSON.stringify(whole(record));
}
