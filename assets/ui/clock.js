// The page's clocks: one timer for everything that shows a time, however many rows there are.
// Never formats anything and never touches the connection.
// Called by time.jsx and connection.jsx.

/** @typedef {{subscribe: (listener: () => void) => () => void, now: () => number}} Ticker */

/**
 * Make a clock that tells its listeners the time every period, and at once when the tab is shown again:
 * browsers slow the timers of hidden tabs down, and a person must not come back to yesterday's "4 min".
 * @param {number} period_ms
 * @returns {Ticker}
 */
export function ticker(period_ms) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  let now_ms = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  function tick() {
    now_ms = Date.now();
    listeners.forEach((listener) => listener());
  }
  function shown() {
    if (document.visibilityState === "visible") tick();
  }
  function start() {
    now_ms = Date.now();
    timer = setInterval(tick, period_ms);
    document.addEventListener("visibilitychange", shown);
  }
  function stop() {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", shown);
  }
  return {
    subscribe(listener) {
      if (listeners.size === 0) start();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    now: () => (now_ms ||= Date.now()),
  };
}

export const ages = ticker(10_000);
export const seconds = ticker(250); // a countdown that is late by more than a blink looks broken
