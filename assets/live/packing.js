// From messages to frames: large ones deflated, the order of sending kept.
// No sockets and no globals: the deflater is given; without one everything goes as text.
// Used by line.js, one writer a socket. The counterpart of frames.js.

const SMALLEST_BYTES = 1_024; // below this, compressing costs more than it saves

/** @typedef {(text: string) => Promise<ArrayBuffer>} Deflate */

/** Make a deflater from the browser's own CompressionStream.
 * @param {typeof CompressionStream} Stream
 * @returns {Deflate} */
export const deflateWith = (Stream) => (text) =>
  new Response(new Blob([text]).stream().pipeThrough(new Stream("deflate-raw"))).arrayBuffer();

/** Write one socket's frames in order; `put` gets text, or what is smaller than it.
 * @param {{deflate: Deflate | null, put: (payload: string | ArrayBuffer) => void}} needs */
export function createFrameWriter({ deflate, put }) {
  /** @type {Promise<void>} */
  let before = Promise.resolve();
  let queued = 0;

  /** @param {string} text @returns {Promise<string | ArrayBuffer>} */
  async function packed(text) {
    if (deflate === null || text.length <= SMALLEST_BYTES) return text;
    const payload = await deflate(text).catch(() => null);
    return payload !== null && payload.byteLength < text.length ? payload : text;
  }

  return (/** @type {string} */ text) => {
    if (queued === 0 && (deflate === null || text.length <= SMALLEST_BYTES)) return put(text);
    queued += 1;
    before = Promise.all([packed(text), before]).then(([payload]) => {
      queued -= 1;
      put(payload);
    });
  };
}
