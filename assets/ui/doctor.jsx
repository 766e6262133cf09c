// The examination of the way between this browser and the server: every door to oneself, each hop with its time.
// It uses lines of its own, beside the connection of the page, and takes what it sent out of the inbox again.
// Used by tidings/ui/doctor.py. `python -m tidings doctor --url` does the same from a terminal.

import { useRef, useState } from "react";
import { knock } from "./door.jsx";
import { advice } from "./advice.js";
import { inNumbers, inWords } from "./words.js";

const WITHIN_MS = 10_000;
const USUAL_IDLE_S = 62; // longer than the usual minute of proxies; `?idle=5` tries less
const SKEW_MS = 5_000;
const LATE_MS = 2_000;

/** @typedef {{check: string, well: boolean | null, says: string, advice?: string, ms?: number}} Finding
 * @typedef {(finding: Finding) => void} Tell
 * @typedef {{user: {name: string, admin: boolean}}} Me */

const idleS = () => Number(new URLSearchParams(location.search).get("idle")) || USUAL_IDLE_S;
const serverUrl = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

class Unwell extends Error {
  /** @param {Finding} finding */
  constructor(finding) {
    super(finding.says);
    this.finding = finding;
  }
}

/** A line of our own; messages wait until somebody wants them. */
class Line {
  constructor() {
    /** @type {any[]} */
    this.heard = [];
    /** @type {any} */
    this.welcome = null;
    this.wake = () => {};
    this.isOpen = true;
    this.socket = new WebSocket(serverUrl());
    this.socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    this.socket.onclose = () => {
      this.isOpen = false;
      this.wake();
    };
  }

  /** @param {any} message */
  take(message) {
    if (message.type === "ping") this.say({ type: "pong", t: message.t });
    this.heard.push(message);
    this.wake();
  }

  /** @param {object} message */
  say(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** @param {string[]} kinds @returns {Promise<any>} */
  async hear(...kinds) {
    const deadline = performance.now() + WITHIN_MS;
    for (;;) {
      const at = this.heard.findIndex(({ type }) => kinds.includes(type));
      if (at >= 0) return this.heard.splice(0, at + 1).at(-1);
      if (!this.isOpen) throw new Error(inWords("the line was closed"));
      if (performance.now() > deadline) throw new Error(inWords("nothing came"));
      await new Promise((resolve) => {
        this.wake = () => resolve(null);
        setTimeout(resolve, 250);
      });
    }
  }

  /** @param {string} token @param {object} [cursor] */
  async enter(token, cursor) {
    if (this.socket.readyState === WebSocket.CONNECTING)
      await new Promise((resolve) => {
        this.socket.onopen = resolve;
        this.wake = () => resolve(null);
      });
    if (!this.isOpen) throw new Error(inWords("the handshake was refused"));
    this.say({ type: "auth", token, protocol: 1, ...(cursor ? { cursor } : {}) });
    this.welcome = await this.hear("auth_ok");
    return this;
  }

  /** @param {number} seconds */
  async silentFor(seconds) {
    const began = performance.now();
    this.say({ type: "silence", seconds: seconds + 10 });
    await Promise.race([
      new Promise((resolve) => setTimeout(resolve, seconds * 1_000)),
      new Promise((resolve) => this.socket.addEventListener("close", resolve)),
    ]);
    return (performance.now() - began) / 1_000;
  }

  close() {
    this.socket.close(1000);
  }
}

/** @param {any} failure */
const words = (failure) => (failure instanceof Error ? failure.message : String(failure));

/** @param {Tell} tell */
async function reach(tell) {
  const began = performance.now();
  const answer = await fetch("/healthz", { cache: "no-store" });
  const ms = performance.now() - began;
  if (!answer.ok)
    throw new Unwell({
      check: inWords("Server"),
      well: false,
      says: inWords("It was answered {status}.", { status: answer.status }),
      advice: advice.upstream(),
    });
  tell({ check: inWords("Server"), well: true, says: inWords("It answers."), ms });
  const date = Date.parse(answer.headers.get("Date") ?? "");
  const skewMs = Number.isNaN(date) ? 0 : Math.max(0, Math.abs(date - Date.now()) - 1_000); // it names whole seconds
  const says = inWords("The server's and this device's differ by {seconds} s.", { seconds: Math.round(skewMs / 1_000) });
  const isRight = skewMs <= SKEW_MS;
  tell({ check: inWords("Clocks"), well: isRight, says, ...(isRight ? {} : { advice: advice.clock() }) });
  const ready = await fetch("/readyz", { cache: "no-store" });
  const state = ready.ok ? inWords("Database and all else answer.") : ((await ready.json().catch(() => null))?.reason ?? "");
  tell({ check: inWords("Ready"), well: ready.ok, says: state, ...(ready.ok ? {} : { advice: advice.ready() }) });
}

/** @returns {Promise<string>} */
async function tokenFor() {
  const answer = await knock("POST", "/api/v1/session/token");
  if (answer.status === 200) return answer.body.token;
  const isForeign = String(answer.body?.type ?? "").endsWith("foreign-origin");
  throw new Unwell({
    check: inWords("Address"),
    well: false,
    says: isForeign ? inWords("Pages of {origin} are not accepted.", { origin: location.origin }) : words(answer.body?.detail),
    advice: advice.origin(location.origin),
  });
}

/** @param {string} token @param {Tell} tell */
async function handshake(token, tell) {
  const began = performance.now();
  const line = new Line();
  try {
    await line.enter(token);
  } catch (failure) {
    const says = inWords("It did not open: {why}.", { why: words(failure) });
    throw new Unwell({ check: inWords("WebSocket"), well: false, says, advice: advice.upgrade() });
  } finally {
    line.close();
  }
  tell({ check: inWords("WebSocket"), well: true, says: inWords("It opens and knows you."), ms: performance.now() - began });
}

/** @param {Me} me @returns {[string, () => Promise<import("./door.jsx").Answer>][]} */
function doors({ user: { name, admin } }) {
  const title = inWords("A test of the doctor");
  const alerts = { alerts: [{ annotations: { summary: title }, labels: { severity: "info" } }] };
  /** @type {[string, () => Promise<import("./door.jsx").Answer>][]} */
  const own = [[inWords("This page"), () => knock("POST", "/api/v1/notifications/test")]];
  if (!admin) return own;
  return [
    ...own,
    [inWords("HTTP"), () => knock("POST", "/api/v1/notifications", { to: [name], title })],
    [inWords("Alerts"), () => knock("POST", `/api/v1/hooks/alertmanager?to=${encodeURIComponent(name)}`, alerts)],
  ];
}

/** @param {Line} line @param {string} door @param {() => Promise<import("./door.jsx").Answer>} publish @returns {Promise<[Finding, any]>} */
async function travel(line, door, publish) {
  const check = inWords("{door} → socket", { door });
  const began = performance.now();
  try {
    const answer = await publish();
    if (answer.status !== 201) throw new Error(inWords("the door answered {status}", { status: answer.status }));
    const commitMs = performance.now() - began;
    const news = await line.hear("notifications");
    const wayMs = Math.max(0, performance.now() - began - commitMs);
    const says = inWords("Committed after {commit} ms, here {way} ms later.", {
      commit: inNumbers(Math.round(commitMs)),
      way: inNumbers(Math.round(wayMs)),
    });
    const isLate = wayMs > LATE_MS || commitMs > LATE_MS;
    const change = isLate ? { advice: wayMs > LATE_MS ? advice.buffering() : advice.slowCommit() } : {};
    return [{ check, well: !isLate, says, ms: commitMs + wayMs, ...change }, news];
  } catch (failure) {
    const says = inWords("It did not arrive: {why}.", { why: words(failure) });
    return [{ check, well: false, says, advice: advice.buffering() }, null];
  }
}

/** @param {Line} line @param {string[]} items */
async function archive(line, items) {
  line.say({ type: "mark", id: crypto.randomUUID?.() ?? `doctor-${performance.now()}`, as: "archived", items });
  return line.hear("ack", "error");
}

/** @param {string} token @param {Me} me @param {Tell} tell */
async function messages(token, me, tell) {
  const line = await new Line().enter(token);
  let cursor = line.welcome.cursor;
  /** @type {string[]} */
  const sent = [];
  try {
    for (const [door, publish] of doors(me)) {
      const [finding, news] = await travel(line, door, publish);
      tell(finding);
      cursor = news?.cursor ?? cursor;
      sent.push(...(news?.items ?? []).map((/** @type {{id: string}} */ { id }) => id));
    }
    const began = performance.now();
    const answer = await archive(line, sent);
    const says = answer.type === "ack" ? inWords("What was sent is archived, and acknowledged.") : answer.message;
    tell({ check: inWords("Up the socket"), well: answer.type === "ack", says, ms: performance.now() - began });
  } finally {
    line.close();
  }
  await replay(token, cursor, tell);
}

/** @param {string} token @param {any} cursor @param {Tell} tell */
async function replay(token, cursor, tell) {
  const began = performance.now();
  await knock("POST", "/api/v1/notifications/test");
  const line = await new Line().enter(token, cursor);
  try {
    const news = await line.hear("notifications", "snapshot");
    const well = line.welcome.recovered && news.type === "notifications";
    const says = well ? inWords("What was missed came by the cursor.") : inWords("The list was loaded anew.");
    tell({ check: inWords("Replay"), well, says, ms: performance.now() - began });
    if (well) {
      await line.hear("updated");
      await archive(line, news.items.map((/** @type {{id: string}} */ { id }) => id));
    }
  } finally {
    line.close();
  }
}

/** @param {string} token @param {Tell} tell */
async function silence(token, tell) {
  const check = inWords("Silent line");
  const wanted = idleS();
  tell({ check, well: null, says: inWords("It must live longer than {seconds} s; that takes its time.", { seconds: wanted }) });
  const line = await new Line().enter(token);
  const livedS = await line.silentFor(wanted);
  const isLong = livedS >= wanted - 0.5;
  line.close();
  const seconds = Math.round(livedS);
  if (isLong) return tell({ check, well: true, says: inWords("It lives longer than {seconds} s.", { seconds: wanted }) });
  const says = inWords("Something in between ends a quiet connection after {seconds} s.", { seconds });
  return tell({ check, well: false, says, advice: advice.idle(livedS) });
}

/** @param {Tell} tell */
async function examine(tell) {
  try {
    await reach(tell);
    const token = await tokenFor();
    const me = (await knock("GET", "/api/v1/session")).body;
    await handshake(token, tell);
    await Promise.all([messages(token, me, tell), silence(token, tell)]);
  } catch (failure) {
    const finding = failure instanceof Unwell ? failure.finding : null;
    tell(finding ?? { check: inWords("Server"), well: false, says: words(failure), advice: advice.upstream() });
  }
}

/** The button and what was found, as it is found. */
export function Examination() {
  const [findings, setFindings] = useState(/** @type {Finding[]} */ ([]));
  const [isBusy, setBusy] = useState(false);
  const run = useRef(0);

  async function begin() {
    const mine = ++run.current;
    setBusy(true);
    setFindings([]);
    await examine((finding) => {
      if (mine !== run.current) return;
      setFindings((before) => [...before.filter(({ check }) => check !== finding.check), finding]);
    });
    setBusy(false);
  }

  const bad = findings.filter(({ well }) => well === false).length;
  const verdict = bad === 0 ? inWords("All is well.") : inWords("Something needs to be changed; see below.");
  return (
    <>
      <button type="button" className="button button-solid" disabled={isBusy} onClick={begin} data-testid="examine">
        {isBusy ? inWords("Examining…") : inWords("Examine")}
      </button>
      <p className="manage-note" role="status" data-testid="verdict">
        {findings.length > 0 && !isBusy ? verdict : ""}
      </p>
      <ul className="things findings" role="list">
        {findings.map((finding) => (
          <Found key={finding.check} {...finding} />
        ))}
      </ul>
    </>
  );
}

/** @param {Finding} props */
function Found({ check, well, says, advice: change, ms }) {
  const tone = well === null ? "busy" : well ? "good" : "bad";
  const spoken = well === null ? inWords("Waiting") : well ? inWords("Well") : inWords("Not well");
  return (
    <li className="thing" data-testid="finding" data-well={String(well)}>
      <div className="thing-words">
        <span className="badge-dot" data-tone={tone} aria-hidden="true" />
        <div className="thing-text">
          <p className="thing-head">
            <span className="spoken">{spoken}: </span>
            <span className="thing-name">{check}</span>
          </p>
          <p className="thing-facts">{says}</p>
          {change ? <p className="finding-advice">{change}</p> : null}
        </div>
      </div>
      {ms === undefined ? null : <span className="row-time tabular">{inNumbers(Math.round(ms))} ms</span>}
    </li>
  );
}
