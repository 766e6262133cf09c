// Sentences that somebody else has made: the server in a problem document, the connection in its worker. They come in
// English with their values filled in, and are said here in the reader's language.
// Pure besides words.js. A sentence that is not in the list is shown as it came.
// Called by tidings/ui/words.py, door.jsx, form.jsx and news.jsx.

import { countInWords, inWords } from "./words.js";

/** A sentence that is heard; its name lets scripts/words find it. @param {string} text @returns {[string]} */
const heard = (text) => [text];

/** @param {string} one @param {string} many @returns {[string, string]} */
const heardCount = (one, many) => [one, many];

/** @type {([string] | [string, string])[]} */
const SENTENCES = [
  // assets/live
  heard("The server cannot be reached. Try again in a moment."),
  heard("The name or the password is wrong."),
  heard("This address is not allowed to sign in here."),
  heard("Enter a name and a password."),
  heard("Too many attempts. Try again in {minutes} min."),
  heard("You are still signed in: the server cannot be reached."),
  heard("That was quick. Try again in a moment."),
  heard("This message is too big to be sent."),
  heard("This could not be done: {why}"),
  heardCount("{count} notification while you were away", "{count} notifications while you were away"),
  heardCount("{count} new notification", "{count} new notifications"),
  // refusals on the socket
  heard("The database is busy; nothing was changed. Try again in a moment."),
  heard("Something went wrong here; nothing was changed."),
  heard("Some of these notifications are not in your inbox."),
  heard("To snooze, say until when: a moment in the future."),
  // problem documents
  heard("Something went wrong on our side; it has been logged."),
  heard("The database did not answer in time."),
  heard("The database is busy."),
  heard("There is nothing at this address."),
  heard("Sign in first."),
  heard("Only an admin may do this."),
  heard("The name or the password is not right."),
  heard("The current password is not right."),
  heard("Too many people are signing in at this moment."),
  heard("Too many failed attempts. Try again in {minutes} min."),
  heard("There is no such user."),
  heard("There is already a user {name}."),
  heard("There is already a key {name}."),
  heard("There is no such working key."),
  heard("You have no such session."),
  heard("A name has 1 to {most} characters."),
  heard("A name begins with a letter or digit; it has only letters, digits and . _ - @ in it."),
  heard("The name {name} has a meaning of its own here; take another."),
  heard("A password has 1 to {most} characters."),
  heard("A key names at most {most} recipients."),
  heard("A key names at most {most} topics."),
  heard("A topic has 1 to {most} printable characters."),
  heard("Change your own password where the current one is asked."),
  heard("You cannot switch your own account off; another admin can."),
  heard("{name} is the only admin who can sign in. Add another admin or switch one on first."),
  // Pydantic's, about one field
  heard("Field required"),
  heard("String should have at least {least} character"),
  heard("String should have at least {least} characters"),
  heard("String should have at most {most} characters"),
  heard("Must not contain control characters"),
  heard("Must be one line"),
];

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** @param {string} text @returns {[RegExp, string[]]} */
function pattern(text) {
  /** @type {string[]} */
  const names = [];
  const source = text.split(/(\{\w+\})/g).map((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (name !== undefined) names.push(name);
    return name === undefined ? escaped(piece) : "(.+)";
  });
  return [new RegExp(`^${source.join("")}$`, "s"), names];
}

const isPattern = (/** @type {[string] | [string, string]} */ [text]) => text.includes("{");
const WHOLE = new Set(SENTENCES.filter((entry) => !isPattern(entry)).map(([text]) => text));

/** @type {{entry: [string] | [string, string], expression: RegExp, names: string[]}[] | null} */
let patterns = null;

function compiled() {
  patterns ??= SENTENCES.filter(isPattern).map((entry) => {
    const [expression, names] = pattern(entry[1] ?? entry[0]);
    return { entry, expression, names };
  });
  return patterns;
}

/**
 * Return a sentence that was made elsewhere in the reader's language.
 * @param {string} text
 * @returns {string}
 */
export function retold(text) {
  if (!text || WHOLE.has(text)) return text && inWords(text);
  for (const { entry, expression, names } of compiled()) {
    const found = expression.exec(text);
    if (found === null) continue;
    const values = Object.fromEntries(names.map((name, place) => [name, retold(found[place + 1] ?? "")]));
    const [one, many] = entry;
    return many === undefined ? inWords(one, values) : countInWords(Number(values.count), one, many);
  }
  return text;
}
