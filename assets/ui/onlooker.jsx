// What the operator's page shows: the overview as the server tells it over the one connection, and its plots.
// Nothing is asked by HTTP and nothing is kept: who leaves the page, or hides it, is simply not told any more.
// Used by tidings/ui/live.py.

import { useEffect, useId, useSyncExternalStore } from "react";
import { listen, useWebSocket } from "../live/provider.jsx";
import { makeListeners } from "./listeners.js";
import { grown, named, series } from "./rates.js";
import { inNumbers, inWords } from "./words.js";

const RENEW_BELOW_S = 10; // of the time for which the server tells us
const LOOK_MS = 2_000;
const SETTLED_MS = 300; // somebody who types should not ask at every letter

/** @import {Named, Sample, Series, Split, Worker} from "./rates.js"
 * @typedef {{isTold: boolean, search: string, split: Split, workers: Named[], histories: Record<string, Sample[]>,
 *   series: Series[], total: Sample[], silent: number, hosts: number, senders: any[], endings: any[],
 *   people: {search: string, found: number, rows: any[]}, database: any, redis: any}} View */

/** @type {View} */
const NOTHING = Object.freeze({
  isTold: false,
  search: "",
  split: "all",
  workers: [],
  histories: {},
  series: [],
  total: [],
  silent: 0,
  hosts: 0,
  senders: [],
  endings: [],
  people: { search: "", found: 0, rows: [] },
  database: null,
  redis: null,
});

let view = NOTHING;
let leaseS = 0;
const { subscribe, tell } = makeListeners();

/** @param {Partial<View>} changes */
function become(changes) {
  view = { ...view, ...changes };
  tell();
}

/** What follows from what was told. @param {Worker[]} told @param {Record<string, Sample[]>} histories @param {Split} split */
function seen(told, histories, split) {
  const workers = named(told);
  const hosts = new Set(workers.map(({ host }) => host)).size;
  const total = series(workers, histories, "all").flatMap(({ samples }) => samples); // it is one
  const parts = series(workers, histories, workers.length > 1 ? split : "all");
  return { workers, hosts, histories, split, total, series: parts, silent: workers.filter((one) => one.silent_s !== null).length };
}

/** @param {any} message */
function hear(message) {
  if (message.type !== "overview") return;
  const { type: _type, lease_s, people, workers = view.workers, histories = {}, ...told } = message;
  leaseS = lease_s ?? leaseS;
  const mine = people?.search === view.search ? { people } : {}; // another tab may be looking for somebody else
  const past = grown(view.histories, histories, workers);
  become({ ...told, ...mine, ...seen(workers, past, view.split), isTold: true });
}

const splitBy = (/** @type {Split} */ split) => become(seen(view.workers, view.histories, split));

/** Keeps the overview coming while this tab is seen. Shows nothing. */
export function Onlooker() {
  const { isConnected, sendMessage } = useWebSocket();
  const { search } = useOverview();
  useEffect(() => listen({ message: hear }), []);
  useEffect(() => () => become(NOTHING), []);
  useEffect(() => {
    if (!isConnected) return become({ isTold: false });
    const ask = (/** @type {boolean} */ anew) => sendMessage({ type: "overview", search, anew });
    const asking = setTimeout(ask, view.isTold ? SETTLED_MS : 0, true);
    const renewing = setInterval(() => {
      leaseS -= LOOK_MS / 1_000;
      if (leaseS < RENEW_BELOW_S && document.visibilityState === "visible") ask(!view.isTold);
    }, LOOK_MS);
    return () => {
      clearTimeout(asking);
      clearInterval(renewing);
    };
    // `sendMessage` is another function at every redraw and does the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isConnected, search]);
  return null;
}

const find = (/** @type {string} */ search) => become({ search });

/** What was told last. @returns {View & {find: (search: string) => void, splitBy: (split: Split) => void}} */
export function useOverview() {
  const now = useSyncExternalStore(subscribe, () => view, () => NOTHING);
  return { ...now, find, splitBy };
}

const WIDTH = 300;
const HEIGHT = 56;

/** Moments without a value, in which nothing was measured, are passed over.
 * @param {Sample[]} samples @param {string} field @param {{from: number, until: number, top: number}} frame */
function line(samples, field, { from, until, top }) {
  const span = Math.max(1, until - from);
  const points = samples.flatMap((sample) => {
    const value = sample[field];
    if (value === null || value === undefined) return [];
    const x = ((sample.at - from) / span) * WIDTH;
    return [`${x.toFixed(1)},${(HEIGHT - (value / top) * (HEIGHT - 2)).toFixed(1)}`];
  });
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

/** The same line, closed at the bottom. @param {string} path */
const area = (path) => {
  if (path === "") return "";
  const [first, last] = [path.slice(1).split(",")[0], path.split("L").at(-1)?.replace("M", "").split(",")[0]];
  return `${path}L${last},${HEIGHT}L${first},${HEIGHT}Z`;
};

const valuesOf = (/** @type {Sample[]} */ samples, /** @type {string} */ field) =>
  samples.map((each) => each[field]).filter((value) => typeof value === "number");

/** @param {number | null | undefined} value @param {string} unit */
export function amount(value, unit) {
  if (value === null || value === undefined) return "–";
  const digits = Math.abs(value) < 10 ? 1 : 0;
  const number = inNumbers(value, { maximumFractionDigits: digits });
  return unit === "" ? number : `${number} ${unit}`;
}

/** The last minutes of one number as lines, with the number itself; the name says both to those who cannot see it.
 * @param {{field: string, title: string, unit?: string}} props */
export function Plot({ field, title, unit = "" }) {
  const { series: parts, total } = useOverview();
  const titleId = useId();
  const all = valuesOf(total, field);
  const highest = Math.max(0, ...all);
  const drawn = Math.max(0, ...parts.flatMap(({ samples }) => valuesOf(samples, field)));
  const from = Math.min(...parts.map(({ samples }) => samples[0]?.at ?? Infinity));
  const until = Math.max(...parts.map(({ samples }) => samples.at(-1)?.at ?? 0));
  const frame = { from, until, top: (drawn || 1) * 1.1 };
  return (
    <figure className="plot" aria-labelledby={titleId} data-testid={`plot-${field}`}>
      <figcaption id={titleId}>
        <span className="plot-title">{title}</span>
        <span className="plot-now tabular">{amount(all.at(-1), unit)}</span>
        <span className="plot-more tabular">
          {inWords("highest {amount}", { amount: amount(all.length ? highest : null, unit) })}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {parts.length === 1 && <path className="chart-area" d={area(line(total, field, frame))} />}
        {parts.map(({ key, tone, samples }) => (
          <path key={key} className="chart-line" data-tone={tone} d={line(samples, field, frame)} vectorEffect="non-scaling-stroke" />
        ))}
      </svg>
    </figure>
  );
}

/** Whose line is whose. */
export function Legend() {
  const { series: parts } = useOverview();
  if (parts.length < 2) return null;
  return (
    <ul className="legend" role="list" data-testid="plot-legend">
      {parts.map(({ key, name, tone }) => (
        <li key={key}>
          <span className="swatch" data-tone={tone} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Where a connection is; nothing to say when there is one worker. @param {string} id @param {Named[]} workers */
export const whereIs = (id, workers) => (workers.length > 1 ? (workers.find((each) => each.id === id)?.title ?? "") : "");

/** The door that ends a connection, at whichever worker. @param {{id: string, user: string}} row @param {boolean} isSignOut */
export const endDoor = ({ id, user }, isSignOut) =>
  `/api/v1/live/${id}?user=${encodeURIComponent(user)}${isSignOut ? "&sign_out=true" : ""}`;

/** @type {Record<number, () => string>} */
const OURS = {
  1001: () => inWords("another connection of the same browser took its place, or an admin ended it"),
  1009: () => inWords("it sent a message that was too big"),
  1012: () => inWords("the server was restarting"),
  1013: () => inWords("the server had too much to do"),
  4400: () => inWords("it sent something that is not a message"),
  4401: () => inWords("its token was not accepted"),
  4403: () => inWords("the account is switched off"),
  4408: () => inWords("it did not say in time who it is"),
  4410: () => inWords("the session was signed out"),
  4411: () => inWords("it did not renew its token"),
  4420: () => inWords("it had fallen silent: the line was dead, or a proxy had ended it"),
  4428: () => inWords("it did not read fast enough"),
  4429: () => inWords("the person had too many connections"),
  4430: () => inWords("it sent too many messages"),
};
/** @type {Record<number, () => string>} */
const THEIRS = {
  1000: () => inWords("the browser said goodbye"),
  1001: () => inWords("the page was closed or left"),
  1005: () => inWords("the browser closed it without a reason"),
  1006: () => inWords("the line broke without a word"),
};

/** Why a connection ended, in words. @param {number} code @param {boolean} ours */
export const endingInWords = (code, ours) => (ours ? OURS : THEIRS)[code]?.() ?? inWords("code {code}", { code });

/** "3 min 20 s". @param {number} seconds */
export function lasting(seconds) {
  if (seconds < 60) return inWords("{seconds} s", { seconds: Math.round(seconds) });
  if (seconds < 3600) return inWords("{minutes} min", { minutes: Math.round(seconds / 60) });
  return inWords("{hours} h", { hours: inNumbers(seconds / 3600, { maximumFractionDigits: 1 }) });
}

const STEPS = ["B", "KiB", "MiB", "GiB"];

/** "1.5 MiB". @param {number} bytes */
export function size(bytes) {
  const step = Math.min(STEPS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${inNumbers(bytes / 1024 ** step, { maximumFractionDigits: step ? 1 : 0 })} ${STEPS[step]}`;
}

/** How a connection does, in a word. @param {{state: string, waiting_bytes: number, round_trip_ms: number | null}} row */
export function health({ state, waiting_bytes, round_trip_ms }) {
  if (waiting_bytes > 0) return inWords("{size} wait for it", { size: size(waiting_bytes) });
  if (state === "replaying") return inWords("catching up");
  return round_trip_ms === null ? inWords("not measured yet") : `${inNumbers(round_trip_ms)} ms`;
}
