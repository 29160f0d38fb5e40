// Filters live in the address, so that what is seen can be shared: #/view/id?language=ar&topic=agriculture

/** A facet has `values` of a row, or `asked` of a request. */
const FACETS = {
  language: { label: "Language", name: languageName, values: ({ report }) => [report.language] },
  speaker: { label: "Speaker", name: actorName, values: ({ speakers }) => speakers },
  level: { label: "Speaker’s level", name: words, values: ({ level }) => [level] },
  office: { label: "Office", name: officeName, values: ({ offices }) => offices },
  document: { label: "Document", name: directiveName, values: ({ documents }) => documents },
  act: { label: "Act", name: words, asked: ({ act }) => [act] },
  topic: { label: "Topic", name: words, asked: ({ topic }) => [topic] },
  addressee: { label: "Addressee", name: actorName, asked: addressees },
  asked: { label: "Addressee’s level", name: words, asked: levelsAsked },
  split: { label: "Split", name: words, values: ({ report }) => [report.split] },
};
const DATES = { from: "From", until: "Until" };
const EARLIEST = "1000"; // a year of fewer digits is one that is still being typed
const KEYS = ["q", ...Object.keys(FACETS), ...Object.keys(DATES)];

/** An address within the page. Empty values are left out; the order of keys is fixed. */
function address(view, id, query = {}) {
  const path = ["#", view, id]
    .filter((part) => part !== undefined && part !== "")
    .map((part, n) => (n ? encodeURIComponent(part) : part));
  const known = [...KEYS, "kind", "year", "role", "page"].filter((key) => query[key]);
  const pairs = new URLSearchParams(known.map((key) => [key, query[key]]));
  return (path.length > 1 ? path.join("/") : "#/") + (known.length ? `?${pairs}` : "");
}

/** View, id and query of the address that is shown. */
function currentPlace() {
  const [path, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  let parts;
  try {
    parts = path.split("/").map(decodeURIComponent);
  } catch {
    parts = ["", "unknown"];
  }
  return { view: parts[1] ?? "", id: parts.slice(2).join("/"), query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The filters of a query, without what belongs to one view only. */
function filtersOf(query) {
  return Object.fromEntries(KEYS.filter((key) => query[key]).map((key) => [key, query[key]]));
}

/** What the search and the dates leave, as rows. */
function candidates({ q, from, until }) {
  const rows = q ? rowsFound(q) : ROWS;
  return rows.filter(({ first, last }) => (!from || (last && last >= from)) && (!until || (first && first <= until)));
}

/** The matches of a query among rows: {row, requests}. Those filters that are about requests hold for one request. */
function matches(rows, query) {
  const set = Object.entries(FACETS).filter(([key]) => query[key]);
  const ofRows = set.filter(([, facet]) => facet.values);
  const ofRequests = set.filter(([, facet]) => facet.asked);
  const found = [];
  for (const row of rows) {
    if (!ofRows.every(([key, facet]) => facet.values(row).includes(query[key]))) continue;
    const requests = row.record.requests.filter((request) =>
      ofRequests.every(([key, facet]) => facet.asked(request).includes(query[key])),
    );
    if (requests.length || !ofRequests.length) found.push({ row, requests });
  }
  return found;
}

const select = (query) => matches(candidates(query), query);

/** The values of a facet, each with the number of statements it would leave beside the other filters. */
function choices(rows, query, key) {
  const { values, asked } = FACETS[key];
  const others = matches(rows, { ...query, [key]: undefined });
  return tally(others.flatMap(({ row, requests }) => (values ? values(row) : [...new Set(requests.flatMap(asked))])));
}

let filtersOpen = matchMedia("(min-width: 62rem)").matches;

/** The form with all filters. Whatever is changed changes the address. */
function filterForm(view, query) {
  const rows = candidates(query);
  const change = ({ target: { name, value } }) => {
    if (!(name in DATES && value && value < EARLIEST)) go(view, undefined, { ...filtersOf(query), [name]: value });
  };
  const field = (key, label, control) =>
    h.p({ class: query[key] ? "field set" : "field" }, h.label({ for: `by-${key}` }, label), control);
  const fields = Object.entries(FACETS).map(([key, { label, name }]) => {
    const counts = choices(rows, query, key);
    if (query[key] && !counts.some(([value]) => value === query[key])) counts.push([query[key], 0]);
    const options = counts.map(([value, count]) =>
      h.option({ value, selected: value === query[key] }, `${line(name(value), 60)} (${number(count)})`),
    );
    const any = h.option({ value: "" }, "any");
    return field(key, label, h.select({ id: `by-${key}`, name: key, onchange: change }, any, options));
  });
  const dates = Object.entries(DATES).map(([key, label]) =>
    field(key, label, h.input({ type: "date", id: `by-${key}`, name: key, value: query[key], onchange: change })),
  );
  const active = Object.keys(filtersOf(query)).length;
  const toggle = (event) => (filtersOpen = event.target.open);
  return h.details(
    { class: "filters", open: filtersOpen, ontoggle: toggle },
    h.summary("Filters", active ? h.b({ class: "badge" }, active) : null),
    h.form({ "aria-label": "Filters", onsubmit: (event) => event.preventDefault() }, fields, dates),
  );
}

/** The filters that are set, each as a link that takes it away. */
function activeFilters(view, query) {
  const set = filtersOf(query);
  const chips = Object.entries(set).map(([key, value]) => {
    const label = FACETS[key]?.label ?? DATES[key] ?? "Search";
    const shown = line(FACETS[key] ? FACETS[key].name(value) : value, 50);
    const href = address(view, undefined, { ...set, [key]: "" });
    return h.li(
      h.a(
        { class: "chip", href, "aria-label": `Take away ${label}: ${shown}` },
        `${label}: `,
        bdi(shown),
        h.span({ "aria-hidden": "true" }, " ×"),
      ),
    );
  });
  if (!chips.length) return null;
  return h.ul({ class: "active", "aria-label": "Active filters" }, chips, h.li(link(address(view), "Clear all")));
}

/** A view of what the filters leave: what is set, the form, and beside it what is found. */
function filteredView(view, query, { title = TABS[view], summary, more, found }) {
  return {
    title,
    nodes: [
      heading(TABS[view], h.p({ class: "summary" }, summary), more),
      activeFilters(view, query),
      h.div({ class: "filtered" }, filterForm(view, query), h.div(found)),
    ],
  };
}
