// Markdown as a tree of a few harmless elements: what is not named here cannot come out, whoever wrote it.
// Pure: the words are cut by the given lexer; no HTML of a sender's is ever HTML here, and no picture is loaded.
// Called by markdown.jsx.

import { safeAddress } from "./address.js";

/** @typedef {string | Element} Node */
/** @typedef {{tag: string, props: Record<string, string | number | boolean>, inside: Node[]}} Element */
/** @typedef {{type: string, raw: string, tokens?: Token[], [more: string]: any}} Token */

const DEEPEST = 16; // quotes in quotes in quotes: nobody means it, and it would cost the page its breath
const HIGHEST = 3; // the page has h1 and h2
const LOWEST = 6;

/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** @param {string} text */
const decoded = (text) => text.replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name) => ENTITIES[name] ?? "");

/** @param {string} tag @param {Node[]} inside @param {Element["props"]} [props] @returns {Element} */
const element = (tag, inside, props = {}) => ({ tag, props, inside });

/** A link that says where it goes, unless its own words do. @param {string} href @param {Node[]} words
 * @param {string} site @returns {Node[]} */
function link(href, words, site) {
  const address = safeAddress(href, site);
  if (address === null) return words;
  if (address.origin === site) return [element("a", words, { href: address.href })];
  const props = { href: address.href, target: "_blank", rel: "noopener noreferrer" };
  const isSaid = plain(words).includes(address.host);
  const place = isSaid ? [] : [" ", element("span", [`(${address.host})`], { className: "link-host" })];
  return [element("a", [...words, ...place], props)];
}

/** @param {Node[]} nodes @returns {string} */
const plain = (nodes) => nodes.map((node) => (typeof node === "string" ? node : plain(node.inside))).join("");

/** What each kind of token becomes. A kind that is not named here is shown as it was written.
 * @type {Record<string, (token: Token, inside: () => Node[], site: string, depth: number) => Node[]>} */
const MAKE = {
  space: () => [],
  def: () => [],
  br: () => [element("br", [])],
  hr: () => [element("hr", [])],
  text: (token, inside) => (token.tokens ? inside() : [decoded(token["text"])]),
  escape: (token) => [decoded(token["text"])],
  paragraph: (_, inside) => [element("p", inside())],
  strong: (_, inside) => [element("strong", inside())],
  em: (_, inside) => [element("em", inside())],
  del: (_, inside) => [element("del", inside())],
  blockquote: (_, inside) => [element("blockquote", inside())],
  html: (token) => (token["block"] ? [element("p", [token.raw.trimEnd()])] : [token.raw]),
  codespan: (token) => [element("code", [token["text"]])],
  code: (token) => [element("pre", [element("code", [token["text"]])])],
  heading: (token, inside) => [element(`h${Math.min(token["depth"] + HIGHEST - 1, LOWEST)}`, inside())],
  link: (token, inside, site) => link(token["href"], inside(), site),
  // A picture from elsewhere tells its sender who looked, and when: it is only offered.
  image: (token, _, site) => link(token["href"], [token["text"] || token["href"]], site),
  checkbox: () => [],
  list: (token, _, site, depth) => [list(token, site, depth)],
  table: (token, _, site, depth) => [table(token, site, depth)],
};

/** @param {Token} token @param {string} site @param {number} depth @returns {Element} */
function list(token, site, depth) {
  const items = token["items"].map((/** @type {Token} */ item) => {
    const box = item["task"] ? [item["checked"] ? "☑ " : "☐ "] : [];
    return element("li", [...box, ...nodes(item.tokens ?? [], site, depth)], item["task"] ? { className: "task" } : {});
  });
  const isFromOne = !token["ordered"] || token["start"] === 1 || token["start"] === "";
  return element(token["ordered"] ? "ol" : "ul", items, isFromOne ? {} : { start: Number(token["start"]) });
}

/** @param {Token} token @param {string} site @param {number} depth @returns {Element} */
function table(token, site, depth) {
  /** @param {string} tag @param {{tokens: Token[]}[]} cells */
  const line = (tag, cells) => element("tr", cells.map((cell) => element(tag, nodes(cell.tokens, site, depth))));
  const body = token["rows"].map((/** @type {{tokens: Token[]}[]} */ row) => line("td", row));
  return element("table", [element("thead", [line("th", token["header"])]), element("tbody", body)]);
}

/** @param {readonly Token[]} tokens @param {string} site @param {number} depth @returns {Node[]} */
function nodes(tokens, site, depth) {
  return tokens.flatMap((token) => {
    const make = Object.hasOwn(MAKE, token.type) && depth < DEEPEST ? MAKE[token.type] : undefined;
    if (make === undefined) return [token.raw];
    return make(token, () => nodes(token.tokens ?? [], site, depth + 1), site, depth + 1);
  });
}

/** Read a text; one that the lexer chokes on is shown as it was written.
 * @param {string} text @param {(text: string) => Token[]} lex @param {string} site the origin of this page
 * @returns {Node[]} */
export function read(text, lex, site) {
  try {
    return nodes(lex(text), site, 0);
  } catch {
    return [element("p", [text])];
  }
}
