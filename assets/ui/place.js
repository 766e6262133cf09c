// Where the reader is: the question that the address asks, and the address of a question.
// Pure, but for `goTo`: whoever navigates is told so by place.jsx. Nothing is asked of the server here.
// Called by tidings/ui/rail.py, search.py and the files of this folder.

import { isNarrowed, LEVELS, questionOf } from "../live/question.js";
import { VIEWS } from "../live/protocol.js";

/** @import {Question} from "../live/types.js" */

export const FEED = "/";

/** @param {string} search of the address: what follows the path @returns {Question} */
export function placeIn(search) {
  const { q, ...said } = Object.fromEntries(new URLSearchParams(search));
  return questionOf({ ...said, search: q });
}

/** The address of a question; what it does not narrow is not in it. @param {Partial<Question>} question */
export function addressOf(question) {
  const { view, level, category, source, search, item } = questionOf(question);
  if (item !== "") return `${FEED}?item=${item}`;
  const said = { view: view === "inbox" ? "" : view, level, category, source, q: search.trim() };
  const words = new URLSearchParams(Object.entries(said).filter(([, value]) => value !== ""));
  return words.size > 0 ? `${FEED}?${words}` : FEED;
}

const OPERATOR = /(^|\s)(level|source|category|view|in):(?:"([^"]*)"|(\S+))(?=\s)/gi;

/** Take the operators out of what is typed: `level:error source:"my backup" disk`. One that may still be typed stays.
 * @param {string} text @param {boolean} [isDone] @returns {{changes: Partial<Question>, rest: string}} */
export function typed(text, isDone = false) {
  /** @type {Record<string, string>} */
  const changes = {};
  const rest = `${text}${isDone ? " " : ""}`.replace(OPERATOR, (whole, space, name, quoted, plain) => {
    const field = name.toLowerCase() === "in" ? "view" : name.toLowerCase();
    const value = quoted ?? plain;
    /** @type {readonly string[] | null} */
    const known = field === "level" ? LEVELS : field === "view" ? VIEWS : null;
    if (known !== null && !known.includes(value.toLowerCase())) return whole;
    changes[field] = known === null ? value : value.toLowerCase();
    return space;
  });
  const isTaken = Object.keys(changes).length > 0;
  return { changes: /** @type {Partial<Question>} */ (changes), rest: isTaken || isDone ? rest.trim() : rest };
}

/** @type {(address: string, options: {replace: boolean}) => void} */
let navigate = (address) => location.assign(address);

/** @param {typeof navigate} how */
export const navigateBy = (how) => void (navigate = how);

/** Go to another view, filter or search: a change of the address. The one place where the page navigates by itself.
 * @param {Partial<Question>} question @param {boolean} [replace] whether Back should skip where one is now */
export const goTo = (question, replace = false) => navigate(addressOf(question), { replace });

/** @returns {Question} */
const here = () => placeIn(location.pathname === FEED ? location.search : "");

/** Change a part of the question where the reader is; who asks for more than one item is done with the one. @param {Partial<Question>} changes */
export const narrow = (changes) => goTo({ ...here(), item: "", ...changes });

/** Take all filters and the search away; the view stays. */
export const widen = () => goTo({ view: here().view });

export { isNarrowed };
