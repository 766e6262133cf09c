// The words of the pages in the reader's language. The English sentence is the key, `{name}` a value.
// No page and no component comes in here. A catalogue is a small file of assets/words, loaded only by who reads it.
// Called by `tidings/ui/words.py` and the files of this folder; boot.js loads the first catalogue before the page is seen.

import { makeListeners } from "./listeners.js";

/** @typedef {{language: string, sentences: Record<string, string | string[]>}} Catalogue */

export const LANGUAGES = ["en", "de", "es", "ar"];
const RIGHT_TO_LEFT = new Set(["ar"]);

/** @type {Catalogue} */
const ENGLISH = Object.freeze({ language: "en", sentences: {} });

/** A catalogue's own file puts it there. */
const shelf = /** @type {{tidingsWords?: Catalogue}} */ (/** @type {unknown} */ (globalThis));
const current = () => shelf.tidingsWords ?? ENGLISH;

const { subscribe, tell } = makeListeners();
export { subscribe };

/** The language of the page as it stands. */
export const language = () => current().language;

/** @param {string} [tongue] @returns {"ltr" | "rtl"} */
export const direction = (tongue = language()) => (RIGHT_TO_LEFT.has(tongue) ? "rtl" : "ltr");

/** @param {string} text @param {Record<string, unknown>} values */
const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));

/** @param {string} text */
function translated(text) {
  const said = current().sentences[text];
  return typeof said === "string" ? said : text;
}

/**
 * Return `text` in the reader's language.
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export const inWords = (text, values = {}) => filled(translated(text), values);

// The order in which gettext counts the forms of each language.
const FORMS = ["zero", "one", "two", "few", "many", "other"];

/** Which form a number takes; a language with two forms has one for "one" and one for all else.
 * @param {number} count @param {number} most */
function formOf(count, most) {
  const kind = new Intl.PluralRules(language()).select(count);
  return most === FORMS.length ? FORMS.indexOf(kind) : kind === "one" ? 0 : most - 1;
}

/**
 * Return the sentence that fits a number; `{count}` in it is the number as the reader writes it.
 * @param {number} count
 * @param {string} one
 * @param {string} many
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function countInWords(count, one, many, values = {}) {
  const forms = current().sentences[one];
  const text = Array.isArray(forms) ? forms[formOf(count, forms.length)] : count === 1 ? one : many;
  return filled(text ?? many, { count: inNumbers(count), ...values });
}

/** Cut a sentence at its values: texts and the names of values in turn. @param {string} text */
export const pieces = (text) => translated(text).split(/\{(\w+)\}/g);

/** A list as one says it: "alice, bob and carol". @param {readonly string[]} names */
export const listInWords = (names) => new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);

/**
 * How the reader's language writes times and numbers: as in their own country, if their browser names one.
 * English is written the British way, and all digits are those of the rest of the page.
 */
export function locale() {
  const spoken = language();
  if (spoken === "en") return "en-GB";
  const wanted = typeof navigator === "undefined" ? [] : (navigator.languages ?? []);
  const own = wanted.find((tag) => tag.split("-")[0] === spoken) ?? spoken;
  return `${own.split("-u-")[0]}-u-nu-latn`;
}

/**
 * Make it when it is first asked for, and once for each language: a formatter takes milliseconds on a phone, and nobody
 * should wait for those that nothing is written with.
 * @template T @param {(place: string) => T} make @returns {() => T}
 */
export function onceEachLanguage(make) {
  /** @type {{place: string, value: T} | null} */
  let made = null;
  return () => {
    const place = locale();
    if (made?.place !== place) made = { place, value: make(place) };
    return made.value;
  };
}

const plain = onceEachLanguage((place) => new Intl.NumberFormat(place));
const GROUPED = 1000; // smaller whole numbers are written alike everywhere, and need no formatter

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function inNumbers(value, options) {
  if (options !== undefined) return new Intl.NumberFormat(locale(), options).format(value);
  return Number.isInteger(value) && value >= 0 && value < GROUPED ? String(value) : plain().format(value);
}

/** The language that is wanted first among those there are. @param {readonly (string | null | undefined)[]} wanted */
export const best = (wanted) =>
  wanted.map((tag) => String(tag).split("-")[0] ?? "").find((tag) => LANGUAGES.includes(tag)) ?? "en";

/** Load a catalogue: it is a script of this site that lays itself on the shelf. @param {string} tongue */
const fetched = (tongue) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `/words/${tongue}.js`;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

/** @type {string | null} */
let asked = null;
/** The catalogue that was gone over to last. @type {Catalogue | null} */
let chosen = null;

/** Go over to another language; when its catalogue cannot be had, all stays as it is. @param {string} tongue
 * @param {HTMLElement | null} [root] what is in that language then; null when somebody else says so of their page */
export async function speak(tongue, root = document.documentElement) {
  if (tongue === (asked ?? language())) return;
  const before = current();
  asked = tongue;
  if (tongue === "en") shelf.tidingsWords = ENGLISH;
  else await fetched(tongue).catch(() => {});
  if (asked !== tongue || language() !== tongue) {
    shelf.tidingsWords = chosen ?? before; // it did not come, or came when something else was wanted
    if (asked === tongue) asked = null;
    return;
  }
  chosen = current();
  if (root !== null) [root.lang, root.dir] = [tongue, direction(tongue)];
  tell();
}
