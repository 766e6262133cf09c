// The words of the wire and of the badge: states, reasons, close codes, message names. Data only.
// No behaviour beyond looking a word up, no browser, no imports: tidings/live/codes.py holds the same tables.
// Read by the machine, the inbox and the rim; a test compares CLOSE_CODES with Python's table.

/** @import {CloseCode, ComeBack} from "./types.js" */

export const PROTOCOL = 1;

export const STATES = /** @type {const} */ ([
  "disconnected",
  "connecting",
  "authenticating",
  "connected",
  "reconnecting",
]);

export const REASONS = /** @type {const} */ ([
  "signed_out",
  "hidden",
  "offline",
  "gave_up",
  "too_many_connections",
  "refused",
  "closed",
]);

/** @type {readonly CloseCode[]} */
export const CLOSE_CODES = [
  { code: 1001, name: "going away", comeBack: "yes" },
  { code: 1009, name: "too big", comeBack: "no" },
  { code: 1012, name: "restarting", comeBack: "after_retry" },
  { code: 1013, name: "overloaded", comeBack: "yes" },
  { code: 4400, name: "bad message", comeBack: "no" },
  { code: 4401, name: "refused", comeBack: "new_token" },
  { code: 4403, name: "forbidden", comeBack: "no" },
  { code: 4408, name: "too late", comeBack: "yes" },
  { code: 4410, name: "signed out", comeBack: "no" },
  { code: 4411, name: "token expired", comeBack: "new_token" },
  { code: 4420, name: "silent", comeBack: "yes" },
  { code: 4428, name: "too slow", comeBack: "yes" },
  { code: 4429, name: "too many connections", comeBack: "person" },
  { code: 4430, name: "flooding", comeBack: "after_retry" },
];

export const SIGNED_OUT = 4410;
export const LOST = 1006; // what a browser reports when a connection ended without a word

const BY_CODE = new Map(CLOSE_CODES.map((row) => [row.code, row]));

/** Tell whether a close with this code may be followed by another try; unknown codes mean: come back.
 * @param {number} code
 * @returns {ComeBack} */
export const comeBack = (code) => BY_CODE.get(code)?.comeBack ?? "yes";

/** Name a close code in words.
 * @param {number} code */
export const closeName = (code) => BY_CODE.get(code)?.name ?? (code === LOST ? "without a word" : "unknown");

export const SERVER_MESSAGES = /** @type {const} */ ([
  "auth_ok",
  "snapshot",
  "notifications",
  "updated",
  "history",
  "ack",
  "error",
  "ping",
  "pong",
  "closing",
  "preferences",
]);

export const CLIENT_MESSAGES = /** @type {const} */ (["auth", "mark", "mark_all", "undo", "history", "ping", "pong"]);

export const MARKS = /** @type {const} */ ([
  "read",
  "unread",
  "archived",
  "unarchived",
  "pinned",
  "unpinned",
  "snoozed",
  "unsnoozed",
]);

export const VIEWS = /** @type {const} */ (["inbox", "unread", "archived", "snoozed", "all"]);

export const MESSAGE_LIMIT_BYTES = 64 * 1024; // over it the server would end the connection with 1009
export const INFLATED_LIMIT_BYTES = 8 * 1024 * 1024; // a deflated frame that grows beyond this is a bomb
