// What an entry of the audit log says, as a sentence.
// Pure. The words are for people; the machine-readable ones stand in the entry itself.
// Called by tidings/ui/audit.py.

import { deviceName } from "./device.js";

/** @typedef {{action: string, actor: string, actor_kind: string, target: string, details: Record<string, any>}} Entry */

/** @param {number} count @param {string} one @param {string} many */
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** @param {Entry} entry */
const target = ({ target }) => target || "a name nobody has";

/** The people an entry is about; of very many the first few. @param {Entry} entry */
function named({ details: { names, count } }) {
  const more = count - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

/** @type {Record<string, (entry: Entry) => string>} */
const SENTENCES = {
  "session.began": (entry) => `signed in${entry.details.device ? ` with ${deviceName(entry.details.device)}` : ""}`,
  "session.refused": (entry) => `gave a wrong password for ${target(entry)}`,
  "session.throttled": (entry) => `was told to wait after too many wrong passwords for ${target(entry)}`,
  "session.ended": (entry) => ENDINGS[entry.details.reason] ?? "ended a session",
  "password.changed": () => "changed their password",
  "password.refused": () => "gave a wrong current password",
  "password.set": (entry) => `set a new password for ${entry.target}`,
  "user.added": (entry) => `added ${entry.target}${entry.details.admin ? " as an admin" : ""}`,
  "user.disabled": (entry) => `switched ${entry.target} off`,
  "user.enabled": (entry) => `switched ${entry.target} on again`,
  "group.added": (entry) => `made the group ${entry.target}`,
  "group.renamed": (entry) => `renamed the group ${entry.details.before} to ${entry.target}`,
  "group.removed": (entry) => `removed the group ${entry.target}`,
  "group.joined": (entry) => `added ${named(entry)} to the group ${entry.target}`,
  "group.left": (entry) => `took ${named(entry)} out of the group ${entry.target}`,
  "topic.joined": (entry) => `let ${named(entry)} follow the topic ${entry.target}`,
  "topic.left": (entry) => `let ${named(entry)} follow the topic ${entry.target} no more`,
  "key.created": (entry) => `made the API key ${entry.target}`,
  "key.revoked": (entry) => `revoked the API key ${entry.target}`,
  "key.refused": () => "showed an API key that does not work",
  "limit.publish": () => "published faster than allowed",
  "limit.upgrade": () => "opened more connections than allowed",
  "limit.connection": (entry) => `ended ${counted(entry.details.times ?? 1, "connection", "connections")}: ${entry.target}`,
};

/** @type {Record<string, string>} */
const ENDINGS = {
  signed_out: "signed out",
  signed_out_elsewhere: "signed out on another device",
};

/** @param {Entry} entry */
export function sentence(entry) {
  const { times, addresses } = entry.details;
  const said = SENTENCES[entry.action]?.(entry) ?? entry.action;
  if (entry.actor_kind !== "server" || entry.action === "limit.connection") return said;
  const from = counted(addresses, "address", "addresses");
  return `counted ${counted(times, "more entry", "more entries")} “${entry.action}” from ${from}`;
}

/** Who did it, in a word or two. @param {Entry} entry */
export function actor({ actor, actor_kind }) {
  if (actor_kind === "stranger") return "Somebody";
  if (actor_kind === "command") return `${actor} (command line)`;
  return actor_kind === "key" ? `Key ${actor}` : actor;
}

const SERIOUS = /refused|throttled|limit/;
const CHANGES = /^(user|group|topic|key|password)\./;

/** How it should look: a refusal stands out, a sign-in does not. @param {string} action */
export function weight(action) {
  if (SERIOUS.test(action)) return "warning";
  return CHANGES.test(action) ? "change" : "info";
}
