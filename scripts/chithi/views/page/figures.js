// Who asks whom, and what was asked and issued when.

const requestsOf = (found) => found.flatMap(({ row, requests }) => requests.map((request) => ({ row, request })));

/** Who asks whom, by level and by name. */
function levels(query) {
  const filters = filtersOf(query);
  const asked = requestsOf(select(query));
  const pairs = asked.flatMap(({ row, request }) => levelsAsked(request).map((level) => `${row.level} ${level}`));
  const counts = new Map(tally(pairs));
  const known = [...DATA.levels, NOT_TOLD];
  const rows = known.filter((level) => pairs.some((pair) => pair.startsWith(`${level} `)));
  const columns = known.filter((level) => pairs.some((pair) => pair.endsWith(` ${level}`)));
  const matrix = heatTable("Requests by level", "speaker ↓ asked →", rows, columns, {
    count: (row, column) => counts.get(`${row} ${column}`) ?? 0,
    href: (level, other) => address("statements", undefined, { ...filters, level, asked: other }),
  });
  return filteredView("levels", query, {
    summary:
      "Requests by the level of the speaker (rows) and of those who are asked (columns). " +
      "A request to several levels counts in each.",
    found: [rows.length ? matrix : note("No request fits."), commonestPairs(asked, filters)],
  });
}

/** The pairs of speaker and addressee with most requests. */
function commonestPairs(asked, filters) {
  const pairs = asked.flatMap(({ row, request }) =>
    row.speakers.flatMap((speaker) => addressees(request).map((addressee) => JSON.stringify([speaker, addressee]))),
  );
  const name = (pair) => JSON.parse(pair).map(actorName).join(" → ");
  const href = (pair) => {
    const [speaker, addressee] = JSON.parse(pair);
    return address("statements", undefined, { ...filters, speaker, addressee });
  };
  return bars("The commonest pairs", tally(pairs), name, href, 20);
}

/** Requests by month, documents by year of issue, topics by year. */
function time(query) {
  const filters = filtersOf(query);
  const found = select(query);
  const dated = requestsOf(found).filter(({ row }) => row.date);
  return filteredView("time", query, {
    summary:
      "Requests by the month of their event, and the documents that are cited by the year in which they were issued.",
    found: [requestsByMonth(dated, filters), documentsByYear(found), topicsByYear(dated, filters)],
  });
}

function requestsByMonth(dated, filters) {
  const byMonth = grouped(
    dated.filter(({ row }) => row.date.length > 4),
    ({ row }) => row.date.slice(0, 7),
  );
  const left = dated.filter(({ row }) => row.date.length === 4).length;
  if (!byMonth.size) return note("No request that fits is dated by the month.");
  const months = between([...byMonth.keys()].sort());
  const bins = months.map((month, n) => {
    const acts = (byMonth.get(month) ?? []).map(({ request }) => request.act);
    return {
      label: month.endsWith("-01") || (n === 0 && month.slice(5) < "10") ? month.slice(0, 4) : "",
      long: dateText(month),
      href: address("statements", undefined, { ...filters, from: `${month}-01`, until: `${month}-31` }),
      parts: DATA.acts.map((act) => [colour(act), acts.filter((other) => other === act).length]),
    };
  });
  const key = DATA.acts.map((act) => [colour(act), words(act)]);
  const isAre = left === 1 ? "is" : "are";
  return [
    columnsOverTime("Requests by month", bins, "request", key),
    left ? note(`${counted(left, "request")} of which only the year is known ${isAre} not drawn.`) : null,
  ];
}

function documentsByYear(found) {
  const cited = new Set(found.flatMap(({ row }) => row.documents));
  const years = new Map(tally([...cited].map((id) => directiveOf(id).issued?.slice(0, 4)).filter(Boolean)));
  if (!years.size) return null;
  const bins = between([...years.keys()].sort()).map((year, n, { length }) => ({
    label: length < 16 || year % 5 === 0 ? year : "",
    long: year,
    href: address("documents", undefined, { year }),
    parts: [["documents", years.get(year) ?? 0]],
  }));
  return columnsOverTime("Documents by year of issue", bins, "document");
}

function topicsByYear(dated, filters) {
  const year = ({ row }) => row.date.slice(0, 4);
  const counts = new Map(tally(dated.map((one) => `${one.request.topic} ${year(one)}`)));
  const topics = tally(dated.map(({ request }) => request.topic)).map(([topic]) => topic);
  const years = [...new Set(dated.map(year))].sort();
  if (!years.length) return null;
  return heatTable("Topics of requests by year", "topic", topics, years, {
    count: (topic, column) => counts.get(`${topic} ${column}`) ?? 0,
    href: (topic, column) =>
      address("statements", undefined, { ...filters, topic, from: `${column}-01-01`, until: `${column}-12-31` }),
  });
}
