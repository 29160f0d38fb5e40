// The single passes behind a statement beside the adjudicated annotation, with what not all of them have marked.

/** What an annotation says, one item a span: {layer, key, text, says}; items with one key say the same. */
function itemsOf({ speaker, role, directives, requests }, text) {
  const item = (layer, { start, end, addressee, ...labels }, says) => {
    const key = JSON.stringify([layer, start, end, labels]);
    return { layer, key, text: slice(text, start, end), says };
  };
  return [
    ...(speaker ? [item("speaker", speaker, actorName(speaker.id))] : []),
    ...(role ? [item("role", role, role.offices.map(officeName).join("; "))] : []),
    ...directives.map((citation) => item("directive", citation, directiveName(citation.id))),
    ...requests.flatMap((request) => [
      item("request", request, [words(request.act), words(request.topic), request.english].filter(Boolean).join(", ")),
      ...(request.addressee
        ? [item("addressee", request.addressee, request.addressee.actors.map(actorName).join("; "))]
        : []),
    ]),
  ];
}

/** The passes of a statement side by side, the adjudicated annotation last; null where no pass differs from it. */
function comparison({ record, report }) {
  const passes = PASSES.get(record.id);
  if (!passes) return null;
  const versions = [...passes.map((pass) => [`Pass ${pass.annotator}`, pass]), ["Adjudicated", record]];
  const found = versions.map(([name, version]) => {
    const text = version.text ?? record.text;
    return {
      name,
      version,
      text,
      items: [...new Map(itemsOf(version, text).map((item) => [item.key, item])).values()],
    };
  });
  const having = new Map(tally(found.flatMap(({ items }) => items.map(({ key }) => key))));
  const columns = found.map(({ name, version, text, items }) => {
    const lines = items.map(({ layer, key, text: words, says }) =>
      h.li(
        { class: having.get(key) < found.length ? "differs" : null },
        h.span({ class: `span ${layer}` }, LAYERS[layer]),
        " ",
        h.q(inLanguage(report.language), line(words, 200)),
        " ",
        h.span({ class: "says" }, bdi(says)),
        having.get(key) < found.length ? h.b({ class: "only" }, "not in all") : null,
      ),
    );
    return h.section(
      { class: "pass" },
      h.h3(bdi(name)),
      passage(text, spansOf(version), report.language, "text", name),
      lines.length ? h.ul(lines) : h.p({ class: "note" }, "Nothing marked."),
    );
  });
  return h.div({ class: "passes" }, columns);
}
