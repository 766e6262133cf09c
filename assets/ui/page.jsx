// What belongs to the page as a whole: loading it again, and keeping Reflex's error reporting from running wild.
// No visible words.
// Used by tidings/ui/app.py and tidings/ui/not_found.py.

import { useEffect } from "react";

/**
 * Reflex reports every stray error of a page to its own server socket. An app without server state has none, and the
 * report then fails with an error that is reported, without end (measured: thousands a second). The browser's console
 * already shows the first one, so the reporting is taken off as soon as Reflex has put it on.
 * @param {{children?: React.ReactNode}} props
 */
export function PlainErrors({ children }) {
  useEffect(() => {
    const after_all_effects = setTimeout(() => {
      window.onerror = null;
      window.onunhandledrejection = null;
    });
    return () => clearTimeout(after_all_effects);
  }, []);
  return children;
}

/** Reload: the one thing that helps when a page broke. */
export const reload = () => window.location.reload();
