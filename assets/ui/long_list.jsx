// The list of notifications, however long: only what is near the eye is in the page, and what is read never jumps.
// What is drawn is planned in windowing.js; a row's inside comes from tidings/ui/row.py. Nothing is fetched here.
// Used by tidings/ui/feed.py.

import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import { Burst } from "./burst.jsx";
import { openedBursts, subscribe } from "./bursts.js";
import { byDay, folded, isFold } from "./feed.js";
import { Arrivals } from "./arrivals.jsx";
import { comeBack, follow, hold, moveOn, noteBegin } from "./returning.js";
import { Where } from "./row.jsx";
import { anchorOf, greet, isAtTop, measure, moveBack, number, remember, revealBy, scrollToEntry, startsOf, stayAt } from "./scrolling.js";
import { readerAt } from "./shown.js";
import { slide, standing } from "./sliding.js";
import { between, column, plan } from "./windowing.js";

/** @import {Item} from "../live/types.js" */
/** @import {Fold} from "./feed.js" */

const AROUND_PX = 800; // drawn above and below what is seen: half a second of fast scrolling
const SLACK_PX = 300; // so far one may scroll before more is drawn
const AHEAD_PX = 1_000; // this far above the end the next page is asked for
const MOST_OPEN = 40; // opened rows stay in the page, so that they are still open on the way back

/** Rows that must not leave the page: where the reader is, and what was opened. @param {HTMLElement | null} list */
function pinned(list) {
  const open = [...(list?.querySelectorAll('.row[data-open="true"]') ?? [])].slice(-MOST_OPEN);
  const ids = open.map((row) => (row instanceof HTMLElement ? (row.dataset["id"] ?? "") : ""));
  return new Set([...ids, readerAt() ?? ""]);
}

/** @typedef {object} LongListProps
 * @property {readonly Item[]} items newest first
 * @property {(item: Item) => React.ReactNode} row
 * @property {string} name of the list, for the positions that are remembered
 * @property {string} asked the id of the only one that is asked for; else empty
 * @property {boolean} isMore whether it goes on below
 * @property {() => void} load asks for the next page */

/** @param {LongListProps} props */
export function LongList({ items, row, name, asked, isMore, load }) {
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const place = `${useLocation().key} ${name}`;
  const where = useMemo(() => ({ place, asked }), [place, asked]);
  const opened = useSyncExternalStore(subscribe, openedBursts, openedBursts);
  const days = useMemo(() => folded(byDay([...items]), opened), [items, opened]);
  const entries = useMemo(() => column(days), [days]);
  const [seen, setSeen] = useState([0, innerHeightNow()]); // what is seen first is drawn first
  measure(list.current); // what is about to leave
  const starts = startsOf(entries);
  const [top = 0, bottom = 0] = seen;
  const [first, last] = between(starts, top, bottom);
  const staying = pinned(list.current);
  const parts = plan(entries, starts, (index) => (index >= first && index < last) || staying.has(entries[index]?.key ?? ""));
  const newest = useRef({ place, seq: Infinity });
  const before = useRef({ place, anchor: anchorOf(null) });
  before.current = { ...before.current, anchor: anchorOf(list.current) };
  const hasArrived = newest.current.place === place && (items[0]?.seq ?? -1) > newest.current.seq;
  const stood = hasArrived && list.current !== null && isAtTop() ? standing(list.current) : null;

  /** @param {Item | Fold} one */
  const drawn = (one) => (isFold(one) ? <Burst key={one.id} fold={one} /> : row(one));

  /** Look where the reader is, and draw what is near. @param {boolean} [always] */
  function look(always) {
    const above = -(list.current?.getBoundingClientRect().top ?? 0);
    const below = above + window.innerHeight;
    const isMissing = (above - SLACK_PX < top && top > 0) || below + SLACK_PX > bottom;
    const isTooMuch = above - AROUND_PX * 2 > top || below + AROUND_PX * 2 < bottom;
    if (always || isMissing || isTooMuch) see(Math.max(0, above - AROUND_PX), below + AROUND_PX);
    if (isMore && below > (startsOf(entries)[entries.length] ?? 0) - AHEAD_PX) load();
  }
  /** @param {number} from @param {number} to */
  const see = (from, to) => setSeen((now) => (now[0] === from && now[1] === to ? now : [from, to]));
  const looking = useRef(look);

  useLayoutEffect(() => {
    looking.current = look;
    if (!hold(list.current) && before.current.place === place) moveBack(list.current, before.current.anchor);
    before.current = { place, anchor: null };
    measure(list.current);
    number(list.current, entries, isMore ? -1 : entries.filter(({ item }) => item >= 0).length);
    if (newest.current.place === place) greet(list.current, newest.current.seq);
    if (stood !== null) slide(stood);
    newest.current = { place, seq: items[0]?.seq ?? -1 };
  });
  useLayoutEffect(() => {
    comeBack(stayAt(place));
    noteBegin(list.current);
    if (top > 0 || !isAtTop()) looking.current(true); // else all that is in sight is drawn
    return () => {
      stayAt("");
      moveOn();
    };
  }, [place]);
  // A page that brought nothing is not asked for again by itself: the button below the list is there, too.
  useEffect(() => afterPaint(() => looking.current()), [items.length, isMore, place]);
  useEffect(() => afterPaint(() => looking.current(true)), [place]); // what is around
  useEffect(() => revealBy((id) => scrollToEntry(list.current, entries, id)), [entries]);
  useEffect(() => {
    const hear = () => {
      hold(list.current);
      remember(place, list.current);
      looking.current();
    };
    const resized = () => looking.current(true);
    const grown = new ResizeObserver(() => {
      if (!hold(list.current)) follow(list.current);
      noteBegin(list.current);
      remember(place, list.current);
    });
    grown.observe(document.body);
    window.addEventListener("scroll", hear, { passive: true });
    window.addEventListener("resize", resized);
    return () => {
      grown.disconnect();
      window.removeEventListener("scroll", hear);
      window.removeEventListener("resize", resized);
    };
  }, [place]);

  return (
    <Where.Provider value={where}>
      <Arrivals items={items} place={place} />
      <div className="long-list" ref={list}>
        {parts.map((part) =>
          "gap" in part ? (
            <div key={part.gap} style={{ height: part.height }} />
          ) : (
            <section key={days[part.day]?.key} className="day">
              {part.hasName ? <h2 className="day-name">{days[part.day]?.name}</h2> : null}
              <ul className="rows" role="list">
                {part.parts.map((one) =>
                  "gap" in one ? (
                    <li key={one.gap} role="presentation" aria-hidden="true" style={{ height: one.height }} />
                  ) : (
                    drawn(/** @type {Item | Fold} */ (days[part.day]?.items[one.item]))
                  ),
                )}
              </ul>
            </section>
          ),
        )}
      </div>
    </Where.Provider>
  );
}

/** Do something once what is drawn now was painted. @param {() => void} act @returns {() => void} takes it back */
function afterPaint(act) {
  let timer = 0;
  const frame = requestAnimationFrame(() => (timer = window.setTimeout(act)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

const innerHeightNow = () => (typeof window === "undefined" ? 1_000 : window.innerHeight);
