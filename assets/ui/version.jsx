// A quiet line when the server has newer pages; a tab that nobody looked at fetches them as it is shown again.
// What is older and what may be done is decided in version.js; here it is only seen and done.
// Used by tidings/ui/notice.py.

import { useEffect } from "react";
import { seenNow, useWebSocket } from "../live/provider.jsx";
import { isOutdated, mayReload, readBuild } from "./version.js";

const MINE = readBuild(/** @type {any} */ (import.meta).env?.VITE_TIDINGS_BUILD);
const TRIED = "tidings.reloadedFor"; // a build, once: the answer may come from a host that is not up to date yet
const FIELDS = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=submit])";
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchstart", "input"];

/** @type {number | null} */
let shownAt = null;
/** @type {number | null} */
let touchedAt = null;

/** A field with words in it, whoever put them there, or a dialog that asks something. */
const isHalfDone = () =>
  document.querySelector("dialog[open]") !== null ||
  [...document.querySelectorAll(FIELDS)].some((field) => "value" in field && field.value !== "");

/** @param {string} id */
function isFirstTry(id) {
  try {
    const isFirst = sessionStorage.getItem(TRIED) !== id;
    sessionStorage.setItem(TRIED, id);
    return isFirst;
  } catch {
    return false; // what cannot be remembered could happen again and again
  }
}

function considerReload() {
  const { build, operations } = seenNow();
  if (build === null || !isOutdated(MINE, build) || document.visibilityState !== "visible") return;
  const isUnsent = operations.length > 0 || isHalfDone();
  if (mayReload({ shownAt, touchedAt, now: performance.now(), isUnsent }) && isFirstTry(build.id)) location.reload();
}

function watch() {
  const touched = () => {
    touchedAt = performance.now();
  };
  const seen = () => {
    if (document.visibilityState !== "visible") return;
    shownAt = performance.now();
    considerReload();
  };
  TOUCHES.forEach((name) => window.addEventListener(name, touched, { capture: true, passive: true }));
  document.addEventListener("visibilitychange", seen);
  return () => {
    TOUCHES.forEach((name) => window.removeEventListener(name, touched, { capture: true }));
    document.removeEventListener("visibilitychange", seen);
  };
}

/** @param {{children?: import("react").ReactNode}} props */
export function NewVersion({ children }) {
  const { build } = useWebSocket();
  const isOld = isOutdated(MINE, build);
  useEffect(watch, []);
  useEffect(() => {
    if (isOld) considerReload();
  }, [isOld]);
  return isOld ? children : null;
}
