// What a person sees of the connection: the word in the badge, the round-trip chart, and when bad news shows.
// It only looks: every decision about the connection is made in assets/live.
// Used by tidings/ui/badge.py and tidings/ui/notice.py.

import { useEffect, useState } from "react";
import { seconds } from "./clock.js";
import { secondsLeft, useNow } from "./time.jsx";
import { inWords } from "./words.js";

const STEADY_MS = 300; // shorter than this is a flicker, not a state

/** @type {Record<string, () => string>} */
const REASONS = {
  signed_out: () => inWords("signed out"),
  gave_up: () => inWords("no answer"),
  too_many_connections: () => inWords("too many connections"),
  refused: () => inWords("not accepted"),
  closed: () => inWords("closed"),
};

/** Return the value once it has lasted; the first one counts at once. @param {string} value @param {number} lasting_ms */
function useSteady(value, lasting_ms) {
  const [steady, setSteady] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSteady(value), lasting_ms);
    return () => clearTimeout(timer);
  }, [value, lasting_ms]);
  return steady;
}

/** @param {string} state @param {string} reason @returns {[tone: string, word: string, more: string]} */
function face(state, reason) {
  if (state === "connected") return ["good", inWords("Connected"), ""];
  if (state === "reconnecting") return ["busy", inWords("Reconnecting"), ""];
  if (state !== "disconnected" || reason === "") return ["busy", inWords("Connecting…"), ""]; // or has not begun yet
  if (reason === "offline") return ["off", inWords("Offline"), ""];
  if (reason === "hidden") return ["off", inWords("Paused"), ""];
  return ["bad", inWords("Disconnected"), REASONS[reason]?.() ?? ""];
}

/** @param {string} state @param {string} reason @returns {[state: string, reason: string]} */
function useSteadyState(state, reason) {
  const [steadyState = "", steadyReason = ""] = useSteady(`${state}:${reason}`, STEADY_MS).split(":");
  return [steadyState, steadyReason];
}

/** A dot and a word. The attributes of the badge around it are exact at once; only this waits.
 * @param {{state: string, reason: string, retryAt: number | null}} props */
export function BadgeFace({ state, reason, retryAt }) {
  const [steadyState, steadyReason] = useSteadyState(state, reason);
  const [tone, word, more] = face(steadyState, steadyReason);
  return (
    <>
      <span className="badge-dot" data-tone={tone} aria-hidden="true" />
      <span className="badge-word">
        {word}
        {steadyState === "reconnecting" ? <Wait until={retryAt} /> : null}
        {more ? <span className="badge-more"> · {more}</span> : null}
      </span>
    </>
  );
}

/** The same for screen readers, who are told of changes; it must stand outside the button.
 * @param {{state: string, reason: string}} props */
export function SpokenState({ state, reason }) {
  const [, word, more] = face(...useSteadyState(state, reason));
  return (
    <span className="spoken" role="status">
      {more ? inWords("{state}, {why}", { state: word, why: more }) : word}
    </span>
  );
}

/** @param {{until: number | null}} props */
function Wait({ until }) {
  const left = secondsLeft(until, useNow(seconds));
  return left > 0 ? <span aria-hidden="true"> {inWords("in {seconds} s", { seconds: left })}</span> : "…";
}

/** Show the children once `active` has lasted that long; take them away at once.
 * @param {{active: boolean, after: number, children: React.ReactNode}} props */
export function Lasting({ active, after, children }) {
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    if (!active) return setLasted(false);
    const timer = setTimeout(() => setLasted(true), after);
    return () => clearTimeout(timer);
  }, [active, after]);
  return active && lasted ? children : null;
}

const WIDTH = 280;
const HEIGHT = 44;

/** The round trips of the last minutes as one line; the numbers stand beside it as text.
 * @param {{samples: number[]}} props */
export function RoundTripChart({ samples }) {
  if (samples.length < 2) return <p className="chart-empty">{inWords("The first measurements are on their way.")}</p>;
  const top = Math.max(...samples, 1) * 1.15;
  const points = samples.map((sample, index) => {
    const x = (index / (samples.length - 1)) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - (sample / top) * HEIGHT).toFixed(1)}`;
  });
  const line = `M${points.join("L")}`;
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="chart-area" d={`${line}L${WIDTH},${HEIGHT}L0,${HEIGHT}Z`} />
      <path className="chart-line" d={line} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
