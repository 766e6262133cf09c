// The address and the list go together: the list looks where the address says, the address says what is typed.
// What an address means is in place.js. The words come from tidings/ui/search.py.
// Used by tidings/ui/frame.py and search.py.

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { seenNow } from "../live/provider.jsx";
import { mark } from "./marked.jsx";
import { addressOf, FEED, goTo, navigateBy, placeIn, typed } from "./place.js";

const SETTLED_MS = 180; // somebody who types should not ask at every letter

/** Nothing to see: it lets the list look where the address says. */
export function Place() {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  useLayoutEffect(() => navigateBy(navigate), [navigate]);
  useLayoutEffect(() => {
    if (pathname !== FEED) return;
    const place = placeIn(search);
    mark(place.search);
    seenNow().lookAt(place);
  }, [pathname, search]);
  return null;
}

/** The field one searches in. What is typed goes into the address; Back goes to before the search, not through it.
 * @param {{label: string, placeholder: string, className?: string, children?: React.ReactNode}} props */
export function SearchBox({ label, placeholder, className, children }) {
  const { pathname, search } = useLocation();
  const place = placeIn(pathname === FEED ? search : "");
  const [text, setText] = useState(place.search);
  const sent = useRef(place.search);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const settling = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));

  // Somebody went back, or followed a link: the address is right.
  useEffect(() => {
    if (place.search === sent.current) return;
    clearTimeout(settling.current);
    sent.current = place.search;
    setText(place.search);
  }, [place.search]);
  useEffect(() => () => clearTimeout(settling.current), []);

  /** @param {string} value @param {boolean} isDone */
  function send(value, isDone) {
    clearTimeout(settling.current);
    const { changes, rest } = typed(value, isDone);
    const words = rest.trim();
    if (rest !== value) setText(rest);
    const isGoingOn = place.search !== "" && Object.keys(changes).length === 0;
    sent.current = words;
    const next = { ...place, item: "", ...changes, search: words };
    if (addressOf(next) !== addressOf(place) || pathname !== FEED) goTo(next, isGoingOn);
  }
  /** @param {string} value */
  function change(value) {
    setText(value);
    clearTimeout(settling.current);
    if (pathname === FEED) settling.current = setTimeout(() => send(value, false), SETTLED_MS);
  }
  /** @param {React.KeyboardEvent} event */
  function escape(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (text === "") field.current?.blur();
    else change("");
  }
  return (
    <form
      role="search"
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        send(text, true);
      }}
    >
      {children}
      <input
        ref={field}
        type="search"
        name="q"
        value={text}
        aria-label={label}
        placeholder={placeholder}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        data-testid="search"
        onChange={(event) => change(event.target.value)}
        onKeyDown={escape}
      />
    </form>
  );
}
