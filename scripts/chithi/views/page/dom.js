// Elements are made of nodes and texts, never of markup, so that no text of a corpus can be read as HTML.

const byId = (id) => document.getElementById(id);

/**
 * Makes elements: h.p({ class: "note" }, "text", child). The attributes may be left out; among them are listeners, such
 * as `onclick`, and custom properties, such as `--share`. Attributes and children that are null are left out, too.
 */
const h = new Proxy({}, { get: (_, name) => element.bind(null, name) });

function element(name, first, ...rest) {
  const attributed = first && typeof first === "object" && !Array.isArray(first) && !(first instanceof Node);
  const [attributes, children] = attributed ? [first, rest] : [{}, [first, ...rest]];
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes).filter(([, given]) => isThere(given))) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) node.style.setProperty(key, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter(isThere));
  return node;
}

const isThere = (value) => value !== null && value !== undefined && value !== false;
const link = (href, ...children) => h.a({ href }, ...children);
/** A text within a line. Isolation ends with the element only if the text opens no isolate of its own. */
const plain = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
const bdi = (text) => h.bdi(plain(text));
const NUMBERS = new Intl.NumberFormat("en");
const number = (value) => NUMBERS.format(value);
const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const words = (value) => value.replaceAll("-", " ");

/** A text for a place that shows one line only: no controls of direction, and not too long. */
function line(text, longest = 90) {
  const short = plain(text.slice(0, longest + 1)).replace(/[\p{Cc}\u061c\u200e\u200f]+/gu, " ");
  return text.length > longest ? `${short.slice(0, longest - 1)}…` : short;
}

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
const RIGHT_TO_LEFT = new Set(["Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"]);

/** The English name of a language, or its tag. */
function languageName(tag) {
  try {
    return LANGUAGES.of(tag);
  } catch {
    return tag;
  }
}

/** The direction in which a language is written. */
function direction(tag) {
  try {
    return RIGHT_TO_LEFT.has(new Intl.Locale(tag).maximize().script) ? "rtl" : "ltr";
  } catch {
    return "auto";
  }
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A date of one of the three precisions, for people. */
function dateText(date) {
  const [year, month, day] = date.split("-");
  return [day && Number(day), month && MONTHS[month - 1], year].filter(Boolean).join(" ");
}

/** A part that scrolls by itself, and so can be reached by keyboard. */
const region = (label, ...children) =>
  h.div({ class: "scroll", tabindex: "0", role: "region", "aria-label": label }, children);

/** Links to parts of one view: `items` are [href, text, whether it is the one that is shown]. */
function tabs(label, items) {
  const links = items.map(([href, text, current]) => h.a({ href, "aria-current": current ? "true" : null }, text));
  return links.length > 1 ? h.nav({ class: "tabs", "aria-label": label }, links) : null;
}

const heading = (text, ...more) => h.header({ class: "head" }, h.h1({ tabindex: "-1" }, text), more);
const note = (text) => h.p({ class: "note" }, text);

/** Terms and what is known of them. */
function factList(pairs) {
  const known = pairs.filter(([, value]) => isThere(value) && value !== "");
  return known.length
    ? h.dl(
        { class: "facts" },
        known.map(([key, value]) => h.div(h.dt(key), h.dd(value))),
      )
    : null;
}

/** A link to another page, if its address is one of the web. */
const outside = (url, text) =>
  /^https?:\/\//.test(url ?? "") ? h.a({ href: url, rel: "noopener noreferrer" }, bdi(text)) : bdi(text);

/** Has a message read aloud, and shows it for a moment unless it is `quiet`. */
function announce(message, { quiet = false } = {}) {
  const status = byId("status");
  status.textContent = message;
  status.classList.toggle("shown", !quiet);
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => status.classList.remove("shown"), 2500);
}

/** Copies a text. Where the clipboard is closed to pages from disk, a selection is copied. */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h.textarea({ class: "unseen", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  announce(`${what} copied`);
}
