// Reports, event by event, and the page of one.

/** All events with their reports, the latest first. */
function reports(query) {
  const dateOf = ({ held, published }) => held ?? published ?? "";
  const events = [...grouped(DATA.reports, ({ event }) => event).values()].map((found) => ({
    found,
    date: found.map(dateOf).sort().at(-1),
  }));
  events.sort((a, b) => (a.date === b.date ? 0 : a.date < b.date ? 1 : -1));
  const sizes = new Map(tally(ROWS.map(({ record }) => record.report)));
  const page = pageOf(query, events.length, LIST_SIZE);
  const languages = ({ id, language }) =>
    h.li(
      h.a({ class: "chip", href: address("report", id) }, `${languageName(language)} ${number(sizes.get(id) ?? 0)}`),
    );
  const rows = events
    .slice((page - 1) * LIST_SIZE, page * LIST_SIZE)
    .map(({ found: [first, ...others], date }) => [
      h.span({ class: "date" }, date ? dateText(date) : "no date"),
      [
        link(address("report", first.id), bdi(first.event_title)),
        first.place && h.span({ class: "place" }, bdi(first.place)),
      ],
      h.ul({ class: "active" }, [first, ...others].map(languages)),
      first.split,
    ]);
  const summary = `${counted(DATA.reports.length, "report")} on ${counted(events.length, "event")}`;
  return {
    title: TABS.reports,
    nodes: [
      heading(TABS.reports, h.p({ class: "summary" }, summary)),
      listTable(TABS.reports, ["Date", "Event", "Reports, with their statements", "Split"], rows),
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
  return {
    title: found.event_title,
    nodes: [
      entryHead(`Report in ${languageName(found.language)}`, found.event_title, [
        ["Held", found.held && dateText(found.held)],
        ["Place", found.place && bdi(found.place)],
        ["Publisher", (found.publisher ?? found.url) && outside(found.url, found.publisher ?? found.url)],
        ["Published", found.published && dateText(found.published)],
        ["Split", found.split],
        ["Id", h.code(id)],
        ["Note", noted(found.note)],
      ]),
      tabs(
        "Reports on this event",
        others.map((other) => [address("report", other.id), languageName(other.language), other.id === id]),
      ),
      legend(),
      statementList(rows, query, (page) => address("report", id, { page }), { within: true }),
    ],
  };
}
