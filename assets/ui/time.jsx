// Times that stay right while one looks at them: an age that grows, a countdown, a plain clock time.
// No words of the connection and no styles beyond a class name.
// Used by tidings/ui/moments.py.

import { useSyncExternalStore } from "react";
import { clockTime, exactTime, hourCycle, longAge, shortAge } from "./ages.js";
import { ages, seconds } from "./clock.js";
import { inWords } from "./words.js";

// For the first formatter of a page the browser gets out all it knows of languages, 15 ms on a laptop: better in a task
// of its own, while there is nothing else to do, than amid the first list.
if (typeof requestIdleCallback === "function") requestIdleCallback(() => hourCycle());

const unknown = () => 0; // while the page is rendered ahead of time there is no now

/** @param {import("./clock.js").Ticker} ticker */
export const useNow = (ticker) => useSyncExternalStore(ticker.subscribe, ticker.now, unknown);

/** Said when somebody points at it: to write it into every row would delay the first picture.
 * @param {import("react").PointerEvent<HTMLTimeElement>} event */
function sayExactly({ currentTarget }) {
  currentTarget.title = exactTime(Date.parse(currentTarget.dateTime));
}

/** "4 min", exact on hover, growing. @param {{at: string, className?: string}} props */
export function Age({ at, className }) {
  const now = useNow(ages);
  return (
    <time dateTime={at} onPointerEnter={sayExactly} className={className} suppressHydrationWarning>
      {shortAge(Date.parse(at), now)}
    </time>
  );
}

/** "4 minutes ago", for the names that screen readers say. @param {{at: string}} props */
export function SpokenAge({ at }) {
  return longAge(Date.parse(at), useNow(ages));
}

/** "Monday 23 November 2026 at 14:02:11". @param {{at: string}} props */
export function ExactTime({ at }) {
  return <time dateTime={at}>{exactTime(Date.parse(at))}</time>;
}

/** "14:02", or with the date when it was another day. @param {{at: number | string}} props */
export function ClockTime({ at }) {
  const now = useNow(ages);
  const moment = typeof at === "number" ? at : Date.parse(at);
  return <time dateTime={new Date(moment).toISOString()}>{clockTime(moment, now)}</time>;
}

/** "in 4 s"; "now" when the moment has come. @param {{at: number | null}} props */
export function Countdown({ at }) {
  const now = useNow(seconds);
  return secondsLeft(at, now) > 0 ? inWords("in {seconds} s", { seconds: secondsLeft(at, now) }) : inWords("now");
}

/** @param {number | null} at @param {number} now */
export const secondsLeft = (at, now) => (at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000)));
