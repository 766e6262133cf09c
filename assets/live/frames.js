// From frames to messages: text is parsed, binary is inflated first, and the order of arrival is kept.
// No sockets and no globals: the inflater is given, and a frame that grows too big is refused.
// Used by connection.js, one reader a socket.

import { INFLATED_LIMIT_BYTES } from "./protocol.js";

/** @typedef {(packed: ArrayBuffer, limit: number) => Promise<string>} Inflate */

/** Make an inflater from the browser's own DecompressionStream; stops reading at the limit.
 * @param {typeof DecompressionStream} Stream
 * @returns {Inflate} */
export const inflateWith = (Stream) => async (packed, limit) => {
  const reader = new Blob([packed]).stream().pipeThrough(new Stream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw new RangeError("a frame inflates beyond the limit");
    }
    text += decoder.decode(value, { stream: true });
  }
};

/** @param {string} text @returns {{type: string} & Record<string, any> | null} */
function parse(text) {
  try {
    const message = JSON.parse(text);
    return typeof message === "object" && message !== null && typeof message.type === "string"
      ? message
      : null;
  } catch {
    return null;
  }
}

/** Read one socket's frames in order; `heard` gets each message, `broken` what could not be read.
 * @param {{inflate: Inflate | null, heard: (message: any) => void, broken: () => void}} needs */
export function createFrameReader({ inflate, heard, broken }) {
  /** @type {Promise<void> | null} */
  let inflating = null;
  let queued = 0;

  /** @param {string} text */
  const tell = (text) => {
    const message = parse(text);
    if (message === null) broken();
    else heard(message);
  };

  /** @param {string | ArrayBuffer} payload */
  const read = async (payload) => {
    if (typeof payload === "string") return payload;
    if (inflate === null) throw new TypeError("a deflated frame was not asked for");
    return inflate(payload, INFLATED_LIMIT_BYTES);
  };

  return (/** @type {string | ArrayBuffer} */ payload) => {
    if (typeof payload === "string" && queued === 0) return tell(payload);
    queued += 1;
    const before = inflating ?? Promise.resolve();
    inflating = Promise.all([read(payload), before])
      .then(
        ([text]) => tell(text),
        () => broken(),
      )
      .finally(() => {
        queued -= 1;
      });
  };
}
