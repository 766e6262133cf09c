// Browser globals that pages and workers both have: makes the world a connection lives in.
// No decisions beyond where things are; nothing runs when this file is imported, so pages can be prerendered.
// Called by worker.js, and by provider.jsx for a page that connects by itself. What only pages have is in tab.js.

import { inflateWith } from "./frames.js";
import { deflateWith } from "./packing.js";
import { forgiving, memoryStorage, openStorage } from "./storage.js";

/** @import {Page, Socket, SocketEvents, Tabs, World} from "./types.js" */

const CALL_MS = 10_000;
const HERE = ["localhost", "127.0.0.1", "0.0.0.0", "[::]", "[::1]"];

/** Where the server is. Reflex compiles an address into the page; if that only says "this machine", the page
 * was served by the very server it belongs to, whatever port that has today.
 * @param {{compiled: string, resolved: URL, location: Location, isDevelopment: boolean}} facts */
export function serverAt({ compiled, resolved, location, isDevelopment }) {
  const isHere = HERE.includes(new URL(compiled).hostname);
  const isSecure =
    isHere && !isDevelopment ? location.protocol === "https:" : /^(wss|https):$/.test(resolved.protocol);
  const host = isHere && !isDevelopment ? location.host : resolved.host;
  return { http: `${isSecure ? "https" : "http"}://${host}`, ws: `${isSecure ? "wss" : "ws"}://${host}/ws` };
}

/** @param {string | null} header seconds, or a date */
function retryAfterMs(header) {
  if (header === null) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds)
    ? seconds * 1_000
    : Math.max(0, Date.parse(header) - Date.now()) || undefined;
}

/** @param {string} origin @returns {World["call"]} */
const callAt = (origin) => async (method, path, body) => {
  const answer = await fetch(origin + path, {
    method,
    credentials: "include",
    cache: "no-store",
    headers: {
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  const content = await answer.json().catch(() => null);
  return {
    status: answer.status,
    body: content,
    retryAfterMs: retryAfterMs(answer.headers.get("Retry-After")),
  };
};

/** @param {string} url @returns {World["openSocket"]} */
const socketAt = (url) => (/** @type {SocketEvents} */ events) => {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data: payload }) => events.frame(payload);
  socket.onclose = ({ code }) => events.closed(code);
  /** @type {Socket} */
  return {
    send: (payload) => void (socket.readyState === WebSocket.OPEN && socket.send(payload)),
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
};

/** An identifier nobody else has; `crypto.randomUUID` is missing on plain http beyond this machine. */
export function uuid() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The lock that says that an owner of operations is alive. @param {string} owner */
export const lockOf = (owner) => `tidings:tab:${owner}`;

/** Other connections of this browser: heard over a channel, seen alive by the lock each of them holds.
 * @param {string} owner
 * @returns {Tabs} */
function makeTabs(owner) {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("tidings");
  const locks = globalThis.navigator?.locks;
  return {
    owner,
    alive: async () => {
      const held = (await locks?.query())?.held;
      return held ? new Set(held.map(({ name = "" }) => name.replace(lockOf(""), ""))) : null;
    },
    alone: (work) => (locks ? locks.request("tidings:outbox", work) : work()),
    tell: (message) => channel?.postMessage(message),
    listen: (listener) => channel?.addEventListener("message", ({ data: message }) => listener(message)),
  };
}

export function makeStorage() {
  try {
    return forgiving(openStorage(indexedDB));
  } catch {
    return memoryStorage();
  }
}

/** @param {{http: string, ws: string}} server
 * @param {Page} page
 * @param {string} owner of the operations made here; whoever it is holds its lock
 * @returns {World} */
export const makeWorld = (server, page, owner) => ({
  now: () => performance.now(),
  wallNow: () => Date.now(),
  random: () => Math.random(),
  uuid,
  setTimer: (work, ms) => setTimeout(work, ms),
  clearTimer: (handle) => clearTimeout(handle),
  call: callAt(server.http),
  openSocket: socketAt(server.ws),
  inflate: typeof DecompressionStream === "undefined" ? null : inflateWith(DecompressionStream),
  deflate: typeof CompressionStream === "undefined" ? null : deflateWith(CompressionStream),
  storage: makeStorage(),
  tabs: makeTabs(owner),
  page,
});
