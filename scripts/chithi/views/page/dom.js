// Elements are made of nodes and texts, never of markup, so that no text of a corpus can be read as HTML.

const byId = (id) => document.getElementById(id);

/** An element with attributes, listeners (`onclick`), custom properties (`--x`) and children; null children are left out. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) node.style.setProperty(key, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const link = (href, ...children) => el("a", { href }, ...children);
const bdi = (text) => el("bdi", {}, text);
const NUMBERS = new Intl.NumberFormat("en");
const number = (value) => NUMBERS.format(value);
const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const words = (value) => value.replaceAll("-", " ");

/** A text for a place that shows one line only: no controls of direction, and not too long. */
function line(text, longest = 90) {
  const plain = text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ");
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
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
    const area = el("textarea", { class: "unseen", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  announce(`${what} copied`);
}
