// Charts as lists and tables, so that they are read aloud and printed, and each mark is a link.

/** Horizontal bars of the commonest values: `counts` are [value, count]; null if there are none. */
function bars(title, counts, name, href, most = 8) {
  if (!counts.length) return null;
  const largest = Math.max(...counts.map(([, count]) => count));
  const row = ([value, count]) =>
    el(
      "li",
      { "--share": count / largest },
      el(
        "a",
        { href: href(value) },
        el("span", { class: "name" }, bdi(line(name(value), 70))),
        el("span", { class: "count" }, number(count)),
      ),
    );
  const rest = counts.slice(most);
  const more = rest.length
    ? el("details", {}, el("summary", {}, `${number(rest.length)} more`), el("ol", {}, rest.slice(0, 200).map(row)))
    : null;
  return el("section", { class: "bars" }, el("h2", {}, title), el("ol", {}, counts.slice(0, most).map(row)), more);
}

/** A table of counts, the darker the more. `count` gives that of a cell, `href` its address. */
function heatTable(caption, corner, rows, columns, { count, href, name = words }) {
  const values = rows.map((row) => columns.map((column) => count(row, column)));
  const largest = Math.max(1, ...values.flat());
  const cell = (row, column, value) =>
    value
      ? el(
          "td",
          { "--heat": Math.sqrt(value / largest), class: value / largest > 0.3 ? "hot" : "warm" },
          el(
            "a",
            { href: href(row, column), "aria-label": `${name(row)}, ${name(column)}: ${number(value)}` },
            number(value),
          ),
        )
      : el("td", { class: "none" }, el("span", { class: "unseen" }, "0"));
  const head = el(
    "tr",
    {},
    el("th", { scope: "col" }, corner),
    columns.map((column) => el("th", { scope: "col" }, name(column))),
  );
  const body = rows.map((row, n) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name(row)),
      columns.map((column, m) => cell(row, column, values[n][m])),
    ),
  );
  const table = el(
    "table",
    { class: "heat" },
    el("caption", {}, caption),
    el("thead", {}, head),
    el("tbody", {}, body),
  );
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
}

/** Columns over time. `bins` are {label, long, count, href, parts}, `tick` says whether a bin is labelled. */
function columnsOverTime(caption, bins, parts, noun) {
  const largest = Math.max(1, ...bins.map(({ count }) => count));
  const columns = bins.map(({ label, long, count, href, counts }) => {
    const stack = parts.map((part) => el("i", { class: `part ${part}`, "--size": (counts[part] ?? 0) / largest }));
    const says = `${long}: ${counted(count, noun)}`;
    const bar = count ? el("a", { href, title: says, "aria-label": says }, stack) : el("span", {});
    return el("li", {}, bar, label ? el("span", { class: "tick", "aria-hidden": "true" }, label) : null);
  });
  const key =
    parts.length > 1
      ? el(
          "ul",
          { class: "legend" },
          parts.map((part) => el("li", {}, el("i", { class: `part ${part}` }), words(part))),
        )
      : null;
  const scale = el("p", { class: "scale", "aria-hidden": "true" }, counted(largest, noun));
  return el(
    "figure",
    { class: "time" },
    el("figcaption", {}, caption),
    key,
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      scale,
      el("ol", { class: "columns" }, columns),
    ),
  );
}

/** All months, as YYYY-MM, or all years from the first to the last. */
function between(first, last) {
  const found = [];
  const [months, step] = first.length > 4 ? [12, 1] : [1, 12];
  let at = months === 12 ? Number(first.slice(0, 4)) * 12 + Number(first.slice(5, 7)) - 1 : Number(first) * 12;
  const end = months === 12 ? Number(last.slice(0, 4)) * 12 + Number(last.slice(5, 7)) - 1 : Number(last) * 12;
  for (; at <= end && found.length < 2400; at += step) {
    const year = String(Math.floor(at / 12)).padStart(4, "0");
    found.push(months === 12 ? `${year}-${String((at % 12) + 1).padStart(2, "0")}` : year);
  }
  return found;
}
