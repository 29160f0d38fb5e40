// The address decides what is shown. Every view is drawn anew; the header stays.

const VIEWS = {
  "": start,
  statements,
  reports,
  report,
  statement,
  levels,
  time,
  passes,
  about,
  ...Object.fromEntries(
    Object.keys(ENTRIES).flatMap((view) => [
      [view, (id, query) => entryPage(view, id, query)],
      [`${view}s`, (query) => entryList(view, query)],
    ]),
  ),
};
const OF_ONE = new Set(["report", "statement", ...Object.keys(ENTRIES)]);
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
  const draw = VIEWS[view];
  const { title, nodes } = !draw ? missing(view) : OF_ONE.has(view) ? draw(id, query) : draw(query);
  const path = `${view}/${id}/${query.page ?? ""}/${query.role ?? ""}`;
  const [first, moved, focused] = [shown === null, shown !== null && path !== shown, document.activeElement?.id];
  shown = path;
  const main = byId("main");
  main.replaceChildren(...[nodes].flat(Infinity).filter(Boolean));
  main.dataset.view = view || "start";
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
      el(
        "a",
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

function drawFooter() {
  const parts = [
    DATA.version && `Version ${DATA.version}`,
    DATA.licence,
    "The texts are restatements, no quotations",
  ].filter(Boolean);
  byId("about").replaceChildren(bdi(parts.join(" · ")));
}

/** Searches while one types: the first letter makes an entry in the history, the others change it. */
function searchNow({ replace }) {
  const { view, query } = currentPlace();
  const filters = FILTERED.has(view) ? filtersOf(query) : {};
  go(
    FILTERED.has(view) ? view : "statements",
    undefined,
    { ...filters, q: byId("q").value.trim() },
    { replace: replace && Boolean(query.q) },
  );
}

let typing = 0;
let scrolling = 0;
byId("q").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => searchNow({ replace: true }), 200);
});
byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  searchNow({ replace: true });
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
