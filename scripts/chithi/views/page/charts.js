// Charts as lists and tables, so that they are read aloud and printed, and each mark is a link.

const MOST_BINS = 2400; // columns over time, which are 200 years by the month

/** Horizontal bars of the commonest values: `counts` are [value, count]; null if there are none. */
function bars(title, counts, name, href, most = 8) {
  if (!counts.length) return null;
  const largest = Math.max(...counts.map(([, count]) => count));
  const row = ([value, count]) =>
    h.li(
      { "--share": count / largest },
      h.a(
        { href: href(value) },
        h.span({ class: "name" }, bdi(line(name(value), 70))),
        h.span({ class: "count" }, number(count)),
      ),
    );
  const rest = counts.slice(most);
  const more = rest.length
    ? h.details(h.summary(`${number(rest.length)} more`), h.ol(rest.slice(0, 200).map(row)))
    : null;
  return h.section({ class: "bars" }, h.h2(title), h.ol(counts.slice(0, most).map(row)), more);
}

/** The shade of a cell by its share of the largest: below and above a gap, in which neither ink would be legible. */
function shade(share) {
  return share > 0.3
    ? { class: "hot", "--heat": 0.75 + share / 4 }
    : { class: "warm", "--heat": Math.sqrt(share) * 0.7 };
}

/** A table of counts, the darker the more. `count` gives that of a cell, `href` its address. */
function heatTable(caption, corner, rows, columns, { count, href, name = words }) {
  const values = rows.map((row) => columns.map((column) => count(row, column)));
  const largest = Math.max(1, ...values.flat());
  const cell = (row, column, value) =>
    value
      ? h.td(
          shade(value / largest),
          h.a(
            { href: href(row, column), "aria-label": `${name(row)}, ${name(column)}: ${number(value)}` },
            number(value),
          ),
        )
      : h.td({ class: "none" }, h.span({ class: "unseen" }, "0"));
  const head = h.tr(
    h.th({ scope: "col" }, corner),
    columns.map((column) => h.th({ scope: "col" }, name(column))),
  );
  const body = rows.map((row, n) =>
    h.tr(
      h.th({ scope: "row" }, name(row)),
      columns.map((column, m) => cell(row, column, values[n][m])),
    ),
  );
  const table = h.table({ class: "heat" }, h.caption(caption), h.thead(head), h.tbody(body));
  return region(caption, table);
}

/** Columns over time: `bins` are {label, long, href, parts}, `parts` of bins [class, count], and `key` [class, name]. */
function columnsOverTime(caption, bins, noun, key = []) {
  const sizes = bins.map(({ parts }) => parts.reduce((sum, [, count]) => sum + count, 0));
  const largest = Math.max(...sizes);
  const columns = bins.map(({ label, long, href, parts }, n) => {
    const stack = parts.map(([name, count]) => h.i({ class: `part ${name}`, "--size": count / largest }));
    const says = `${long}: ${counted(sizes[n], noun)}`;
    return h.li(
      sizes[n] ? h.a({ href, title: says, "aria-label": says }, stack) : null,
      label ? h.span({ class: "tick", "aria-hidden": "true" }, label) : null,
    );
  });
  const colours = key.map(([name, text]) => h.li(h.i({ class: `part ${name}` }), text));
  return h.figure(
    { class: "time" },
    h.figcaption(caption),
    colours.length ? h.ul({ class: "legend" }, colours) : null,
    region(
      caption,
      h.p({ class: "scale", "aria-hidden": "true" }, counted(largest, noun)),
      h.ol({ class: "columns" }, columns),
    ),
  );
}

/** All months, as YYYY-MM, or all years, from the first to the last of some in order. */
function between(sorted) {
  const monthly = sorted[0].length > 4;
  const index = (date) => (monthly ? Number(date.slice(0, 4)) * 12 + Number(date.slice(5)) - 1 : Number(date));
  const year = (n) => String(n).padStart(4, "0");
  const [first, last] = [index(sorted[0]), index(sorted.at(-1))];
  return Array.from({ length: Math.min(last - first + 1, MOST_BINS) }, (_, n) => first + n).map((n) =>
    monthly ? `${year(Math.floor(n / 12))}-${String((n % 12) + 1).padStart(2, "0")}` : year(n),
  );
}
