// Sentences with something more than text in them, and the whole page said anew when its language changes.
// No sentence stands here. The words themselves are in words.js.
// Used by tidings/ui/words.py and tidings/ui/app.py.

import { Fragment, useEffect, useSyncExternalStore } from "react";
import { direction, language, pieces, subscribe } from "./words.js";

/** A sentence whose values are parts of the page: names[0] stands for the first child, and so on.
 * @param {{text: string, names: string[], children?: React.ReactNode}} props */
export function Sentence({ text, names, children }) {
  const parts = /** @type {React.ReactNode[]} */ (Array.isArray(children) ? children : [children]);
  return pieces(text).map((piece, place) => (
    <Fragment key={place}>{place % 2 ? parts[names.indexOf(piece)] : piece}</Fragment>
  ));
}

let focused = "";

/** @param {() => void} redraw */
const subscribeRemembering = (redraw) =>
  subscribe(() => {
    focused ||= document.activeElement?.id ?? "";
    redraw();
  });

/** The page is drawn anew in another language, and the focus stays where it was: every sentence is read once, when its
 * part of the page is made. @param {{children?: React.ReactNode}} props */
export function InOneLanguage({ children }) {
  const spoken = useSyncExternalStore(subscribeRemembering, language, language);
  useEffect(() => {
    // Also when React has drawn the document itself anew, in the language it was written in.
    document.documentElement.lang = spoken;
    document.documentElement.dir = direction(spoken);
    if (focused) document.getElementById(focused)?.focus();
    focused = "";
  }, [spoken]);
  return <Fragment key={spoken}>{children}</Fragment>;
}
