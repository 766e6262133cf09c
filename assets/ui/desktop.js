// Notifications of the operating system: off until a person switches them on, asked for at that click only.
// Knows nothing of the connection. The wish is kept by this browser, the permission by the browser itself.
// Used by desktop.jsx (the switch) and news.jsx.

import { makeListeners } from "./listeners.js";
import { goTo } from "./place.js";

const KEY = "tidings.desktop";

const { subscribe, tell } = makeListeners();
export { subscribe };

const isOffered = () => typeof Notification === "function";

function isWanted() {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false; // a browser that keeps nothing
  }
}

/** @param {boolean} on */
function want(on) {
  try {
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {
    // then it holds until the page is gone: not at all
  }
  tell();
}

/** One of off, on, blocked, absent. */
export function desktopState() {
  if (!isOffered()) return "absent";
  if (Notification.permission === "denied") return "blocked";
  return isWanted() && Notification.permission === "granted" ? "on" : "off";
}

/** Switch; must be called from a click, for the browser may ask. */
export async function toggleDesktop() {
  if (desktopState() === "on") return want(false);
  if (!isOffered()) return undefined;
  return want((await Notification.requestPermission()) === "granted");
}

/** Tell somebody who is not looking at this window.
 * @param {string} text @param {{id: string, body: string} | null} item */
export function tellDesktop(text, item) {
  if (desktopState() !== "on" || document.hasFocus()) return;
  try {
    const shown = new Notification(text, { body: item?.body.slice(0, 200) ?? "", tag: item?.id ?? "tidings" });
    shown.onclick = () => {
      window.focus();
      if (item !== null) goTo({ item: item.id });
    };
  } catch {
    // browsers of phones only let service workers do it
  }
}
