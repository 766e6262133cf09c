// What an entry of the audit log says, as a sentence.
// Pure. The words are for people; the machine-readable ones stand in the entry itself.
// Called by tidings/ui/audit.py.

import { deviceName } from "./device.js";
import { countInWords, inWords, listInWords } from "./words.js";

/** @typedef {{action: string, actor: string, actor_kind: string, target: string, details: Record<string, any>}} Entry */

/** @param {Entry} entry */
const target = ({ target }) => target || inWords("a name nobody has");

/** The people an entry is about; of very many the first few. @param {Entry} entry */
function named({ details: { names, count } }) {
  const more = count - names.length;
  if (more <= 0) return listInWords(names);
  return countInWords(more, "{names} and {count} more", "{names} and {count} more", { names: names.join(", ") });
}

/** @type {Record<string, (entry: Entry) => string>} */
const SENTENCES = {
  "session.began": ({ details: { device } }) =>
    device ? inWords("signed in with {device}", { device: deviceName(device) }) : inWords("signed in"),
  "session.refused": (entry) => inWords("gave a wrong password for {name}", { name: target(entry) }),
  "session.throttled": (entry) =>
    inWords("was told to wait after too many wrong passwords for {name}", { name: target(entry) }),
  "session.ended": (entry) => ENDINGS[entry.details.reason]?.() ?? inWords("ended a session"),
  "password.changed": () => inWords("changed their password"),
  "password.refused": () => inWords("gave a wrong current password"),
  "password.set": ({ target: name }) => inWords("set a new password for {name}", { name }),
  "user.added": ({ target: name, details }) =>
    details.admin ? inWords("added {name} as an admin", { name }) : inWords("added {name}", { name }),
  "user.disabled": ({ target: name }) => inWords("switched {name} off", { name }),
  "user.enabled": ({ target: name }) => inWords("switched {name} on again", { name }),
  "group.added": ({ target: name }) => inWords("made the group {name}", { name }),
  "group.renamed": ({ target: name, details: { before } }) =>
    inWords("renamed the group {before} to {name}", { before, name }),
  "group.removed": ({ target: name }) => inWords("removed the group {name}", { name }),
  "group.joined": (entry) =>
    inWords("added {people} to the group {name}", { people: named(entry), name: entry.target }),
  "group.left": (entry) =>
    inWords("took {people} out of the group {name}", { people: named(entry), name: entry.target }),
  "topic.joined": (entry) =>
    inWords("let {people} follow the topic {name}", { people: named(entry), name: entry.target }),
  "topic.left": (entry) =>
    inWords("let {people} follow the topic {name} no more", { people: named(entry), name: entry.target }),
  "key.created": ({ target: name }) => inWords("made the API key {name}", { name }),
  "key.revoked": ({ target: name }) => inWords("revoked the API key {name}", { name }),
  "key.refused": () => inWords("showed an API key that does not work"),
  "limit.publish": () => inWords("published faster than allowed"),
  "limit.upgrade": () => inWords("opened more connections than allowed"),
  "connection.ended": (entry) =>
    entry.details.signed_out
      ? inWords("signed {target} out on another device", { target: entry.target })
      : inWords("ended a connection of {target}", { target: entry.target }),
  "limit.connection": ({ target: why, details: { times = 1 } }) =>
    countInWords(times, "ended {count} connection: {why}", "ended {count} connections: {why}", { why }),
};

/** @type {Record<string, () => string>} */
const ENDINGS = {
  signed_out: () => inWords("signed out"),
  signed_out_elsewhere: () => inWords("signed out on another device"),
};

/** @param {Entry} entry */
export function sentence(entry) {
  const { times, addresses } = entry.details;
  const said = SENTENCES[entry.action]?.(entry) ?? entry.action;
  if (entry.actor_kind !== "server" || entry.action === "limit.connection") return said;
  const what = { kind: entry.action, addresses: countInWords(addresses, "{count} address", "{count} addresses") };
  return countInWords(
    times,
    "counted {count} more entry “{kind}” from {addresses}",
    "counted {count} more entries “{kind}” from {addresses}",
    what,
  );
}

/** Who did it, in a word or two. @param {Entry} entry */
export function actor({ actor, actor_kind }) {
  if (actor_kind === "stranger") return inWords("Somebody");
  if (actor_kind === "command") return inWords("{name} (command line)", { name: actor });
  return actor_kind === "key" ? inWords("Key {name}", { name: actor }) : actor;
}

const SERIOUS = /refused|throttled|limit/;
const CHANGES = /^(user|group|topic|key|password)\./;

/** How it should look: a refusal stands out, a sign-in does not. @param {string} action */
export function weight(action) {
  if (SERIOUS.test(action)) return "warning";
  return CHANGES.test(action) ? "change" : "info";
}
