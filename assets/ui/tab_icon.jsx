// The icon of the tab: a dot on it while something is unread.
// Draws nothing in the page; the number itself is in the title.
// Used by tidings/ui/frame.py.

import { useEffect } from "react";

const DOT = '<circle cx="18" cy="6" r="6" fill="#e5484d" stroke="#fff" stroke-width="1.5"/></svg>';
const ICON = 'link[rel="icon"][type="image/svg+xml"]';

/** @type {Promise<string> | null} */
let drawing = null;

const AT_REST_MS = 1_000; // a page that is being loaded has better things to ask for

const atRest = () => new Promise((then) => setTimeout(then, AT_REST_MS));

/** Both icons are kept here: going back to an address would ask for it again, perhaps without a network.
 * @param {HTMLLinkElement} link @param {boolean} hasDot */
async function icon(link, hasDot) {
  drawing ??= atRest().then(() => fetch(link.href)).then((answer) => answer.text());
  const drawn = hasDot ? (await drawing).replace("</svg>", DOT) : await drawing;
  return `data:image/svg+xml,${encodeURIComponent(drawn)}`;
}

/** @param {{unread: number}} props */
export function TabIcon({ unread }) {
  const hasUnread = unread > 0;
  useEffect(() => {
    const link = document.querySelector(ICON);
    const isAsServed = drawing === null && !hasUnread;
    if (!(link instanceof HTMLLinkElement) || isAsServed) return undefined;
    let isStill = true;
    icon(link, hasUnread)
      .then((href) => isStill && link.setAttribute("href", href))
      .catch(() => {}); // an icon is not worth a word
    return () => {
      isStill = false;
    };
  }, [hasUnread]);
  return null;
}
