// A text in which the words that are searched for are marked.
// What matches is decided in marks.js. Used by tidings/ui/row.py.

import { useSyncExternalStore } from "react";
import { makeListeners } from "./listeners.js";
import { cut, tellingLine } from "./marks.js";

let search = "";
const { subscribe, tell } = makeListeners();

/** Mark these words from now on, in every text. @param {string} words */
export function mark(words) {
  if (words === search) return;
  search = words;
  tell();
}

const useSearch = () => useSyncExternalStore(subscribe, () => search, () => "");

/** @param {{text: string}} props */
export function Marked({ text }) {
  const words = useSearch();
  if (words.trim() === "") return text;
  return cut(text, words).map((piece, index) => (index % 2 ? <mark key={index}>{piece}</mark> : piece));
}

/** One line of a longer text: the one that was found, else the first. @param {{text: string, first: string}} props */
export function MarkedLine({ text, first }) {
  const words = useSearch();
  return <Marked text={cut(first, words).length > 1 || words.trim() === "" ? first : tellingLine(text, words)} />;
}
