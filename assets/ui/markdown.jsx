// Draws the tree of markdown.js. Loaded, with the lexer, when the first text of that kind is opened.
// No HTML is ever written from a text: React makes the few elements that the tree names. Used by reading.jsx.

import { Lexer } from "marked";
import { createElement, Fragment } from "react";
import { read } from "./markdown.js";

/** @param {string} text */
const lex = (text) => new Lexer({ gfm: true }).lex(text);

/** @param {import("./markdown.js").Node} node @param {number} index @returns {React.ReactNode} */
function drawn(node, index) {
  if (typeof node === "string") return node;
  const inside = node.inside.map(drawn);
  // A table or a block of code may be wider than a phone: then it scrolls by itself, with the keyboard, too.
  const wide = node.tag === "pre" || node.tag === "table" ? { tabIndex: 0 } : {};
  return createElement(node.tag, { ...node.props, ...wide, key: index }, ...inside);
}

/** @param {{text: string}} props @returns {React.ReactNode} */
export default function Markdown({ text }) {
  return createElement(Fragment, null, read(text, lex, window.location.origin).map(drawn));
}
