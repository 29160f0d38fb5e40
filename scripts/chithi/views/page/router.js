// The address decides what is shown. Every view is drawn anew; the header stays.

const TABS = {
  statements: "Statements",
  reports: "Reports",
  actors: "Actors",
  offices: "Offices",
  documents: "Documents",
  levels: "Who asks whom",
  time: "Over time",
  ...(DATA.passes.length ? { passes: "Passes" } : {}),
  about: "About",
};
const ofOne = (view) => (id, query) => entryPage(view, id, query);
const ofAll = (view) => (id, query) => entryList(view, query);
const VIEWS = new Map([
  ["", start],
  ["statements", (id, query) => statements(query)],
  ["reports", (id, query) => reports(query)],
  ["levels", (id, query) => levels(query)],
  ["time", (id, query) => time(query)],
  ["passes", (id, query) => passes(query)],
  ["about", about],
  ["report", report],
  ["statement", statement],
  ...Object.keys(ENTRIES).flatMap((view) => [
    [view, ofOne(view)],
    [`${view}s`, ofAll(view)],
  ]),
]);
const TAB_OF = {
  report: "reports",
  statement: "statements",
  actor: "actors",
  office: "offices",
  document: "documents",
};
const FILTERED = new Set(["statements", "levels", "time"]); // views that filters go along to

let shown = null; // the path that is shown

/** Goes to an address; `replace` leaves no entry in the history. */
function go(view, id, query, { replace = false } = {}) {
  const to = address(view, id, query);
  if (to === location.hash) return;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  render();
}

function render() {
  clearTimeout(scrolling);
  const { view, id, query } = currentPlace();
  const { title, nodes } = (VIEWS.get(view) ?? missing)(VIEWS.has(view) ? id : view, query);
  const path = `${view}/${id}/${query.page ?? ""}/${query.role ?? ""}`;
  const [first, moved, focused] = [shown === null, shown !== null && path !== shown, document.activeElement?.id];
  shown = path;
  const main = byId("main");
  main.replaceChildren(...[nodes].flat(Infinity).filter(Boolean));
  document.title = [title && line(title), line(DATA.title)].filter(Boolean).join(" · ");
  for (const time of main.querySelectorAll(".time .scroll")) time.scrollLeft = time.scrollWidth; // the latest first
  drawTabs(view, query);
  if (byId("q") !== document.activeElement) byId("q").value = query.q ?? "";
  if (moved && focused !== "q") main.querySelector("h1")?.focus({ preventScroll: true });
  else if (focused && focused !== "q") byId(focused)?.focus({ preventScroll: true });
  if (moved) scrollTo(0, history.state?.y ?? 0);
  if (!first && !moved && FILTERED.has(view)) announce(main.querySelector(".summary").textContent, { quiet: true });
}

function drawTabs(view, query) {
  const kept = FILTERED.has(view) ? filtersOf(query) : {};
  const current = TAB_OF[view] ?? view;
  byId("views").replaceChildren(
    ...Object.entries(TABS).map(([tab, label]) =>
      h.a(
        {
          href: address(tab, undefined, FILTERED.has(tab) ? kept : {}),
          "aria-current": tab === current ? "page" : null,
        },
        label,
      ),
    ),
  );
  const tab = byId("views").querySelector("[aria-current]");
  if (tab) byId("views").scrollLeft = tab.offsetLeft - byId("views").offsetLeft - 40;
}

/** What stands below every view: what the corpus is, so that it is told to whoever comes by a link. */
function drawFooter() {
  const facts = [DATA.title, DATA.version && `version ${DATA.version}`, DATA.licence].filter(Boolean).join(", ");
  byId("about").replaceChildren(h.p(bdi(DATA.description)), h.p(bdi(facts)));
}

/** Searches while one types: the first letter makes an entry in the history, the others change it. */
function searchNow() {
  clearTimeout(typing);
  const { view, query } = currentPlace();
  const [there, filters] = FILTERED.has(view) ? [view, filtersOf(query)] : ["statements", {}];
  go(there, undefined, { ...filters, q: byId("q").value.trim() }, { replace: Boolean(query.q) });
}

let typing = 0;
let scrolling = 0;
byId("q").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(searchNow, 200);
});
byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  searchNow();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
addEventListener("keydown", (event) => {
  const writing = event.target.matches?.("input, select, textarea");
  if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  byId("q").select();
});
addEventListener("scroll", () => {
  clearTimeout(scrolling);
  scrolling = setTimeout(() => history.replaceState({ y: scrollY }, ""), 150);
});
addEventListener("hashchange", render);
addEventListener("pointerover", lightUp);
history.scrollRestoration = "manual";
drawFooter();
render();
