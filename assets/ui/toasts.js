// Which short messages are shown, of all that there are. Pure. Called by toast.jsx.

/** @typedef {{id: number, text: string, action?: string, run?: () => void, stays?: boolean}} Toast */

export const MOST = 3;

/** The newest three. What stays until it is dismissed leaves one place to what passes by: alarms never crowd out an
 * Undo, and come back when it has gone. @param {readonly Toast[]} toasts */
export function shownOf(toasts) {
  const passing = toasts.filter(({ stays }) => !stays);
  const staying = toasts.filter(({ stays }) => stays).slice(passing.length > 0 ? 1 - MOST : -MOST);
  const shown = new Set([...staying, ...passing.slice(staying.length - MOST)]);
  return toasts.filter((toast) => shown.has(toast));
}
