// One end of the line between a tab and a worker, over a MessagePort.
// No meaning: words pass as they are.
// Made by tab.js and worker.js.

/** @import {Wire} from "./types.js" */

/** @param {MessagePort} port @param {SharedWorker} [worker] whose failure to start ends the line @returns {Wire} */
export const wireOver = (port, worker) => ({
  post: (word) => port.postMessage(word),
  hear(listener) {
    port.onmessage = ({ data: word }) => listener(word);
  },
  broke: (listener) => worker?.addEventListener("error", listener),
  close: () => port.close(),
});
