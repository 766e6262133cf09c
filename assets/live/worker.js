// The shared worker: takes office under the number in its name, then serves every tab that opens a port.
// The only file with a worker's globals; no React, no document, nothing a page has.
// Started by tab.js.

import { lockOf, makeWorld, uuid } from "./browser.js";
import { createConnection } from "./connection.js";
import { createLocks } from "./locks.js";
import { createShared } from "./shared.js";
import { takeOffice, workerOwner } from "./succession.js";
import { wireOver } from "./wire.js";

const FAREWELL_MS = 1_000; // for tabs that turn to us before they have heard

/** @type {any} the global scope of a shared worker, which the DOM's types leave out */
const scope = globalThis;

const owner = workerOwner(scope.name, uuid());
const locks = createLocks(navigator.locks);
const shared = createShared({
  lock: lockOf(owner),
  locks,
  connect: (server, page, replaces) => createConnection(makeWorld(server, page, owner), { replaces }),
  now: () => performance.now(),
  setTimer: (work, ms) => setTimeout(work, ms),
});

function resign() {
  shared.resign();
  setTimeout(() => scope.close(), FAREWELL_MS);
}

async function begin() {
  const { taken } = await locks.hold(lockOf(owner));
  void taken.then(resign);
  if (!(await takeOffice(locks, scope.name))) resign();
}

const begun = begin();
scope.onconnect = (/** @type {MessageEvent} */ { ports: [port] }) => {
  if (port) void begun.then(() => shared.receive(wireOver(port)));
};
