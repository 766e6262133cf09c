// Which worker is the one: they are numbered, each holds a lock with its number in it, the highest is in office.
// No workers and no wires in here, only names; a worker that hangs cannot be asked, so its successor takes its lock.
// Used by port.js to find the worker to turn to, and by worker.js to take office.

/** @import {Locks} from "./types.js" */

const SIGN = "tidings:tab:worker"; // begins like the lock of a tab: its operations are adopted the same way

/** Name a worker: with the build it belongs to, so that an upgrade gets a worker of its own.
 * @param {number} number @param {string} build */
export const workerName = (number, build) => `${number} ${build}`;

/** @param {string} name as given to the worker @param {string} uuid */
export const workerOwner = (name, uuid) => `worker ${name} ${uuid}`;

/** @param {string} lock @param {string} build the number of the worker that holds it, -1 for other locks */
function numberOf(lock, build) {
  const [sign, number, ...rest] = lock.split(" ");
  return sign === SIGN && rest[0] === build ? Number(number) : -1;
}

/** Find the worker to turn to, after having lost one (-1: none): whoever came after it, else a new one.
 * @param {readonly string[]} held the names of all locks @param {string} build @param {number} lost */
export function successor(held, build, lost) {
  const highest = Math.max(-1, ...held.map((lock) => numberOf(lock, build)));
  return highest > lost ? { number: highest, isRunning: true } : { number: lost + 1, isRunning: false };
}

/** Take office: depose every worker before this one. Answers false when there is one after it already.
 * @param {Locks} locks @param {string} name */
export async function takeOffice(locks, name) {
  const [number = "", build = ""] = name.split(" ");
  const held = await locks.held();
  const others = held.map((lock) => ({ lock, number: numberOf(lock, build) }));
  if (others.some((other) => other.number > Number(number))) return false;
  const before = others.filter((other) => other.number >= 0 && other.number < Number(number));
  await Promise.all(before.map(({ lock }) => locks.take(lock)));
  return true;
}
