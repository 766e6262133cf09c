// What a person can choose, and how a choice is made: shown at once, sent in order, taken back when it is refused.
// No page and no fetch comes in here: both are given. Its twin on the server is tidings/preferences/choices.py.
// Used by preferences.js.

/** @typedef {"muted" | "followed"} Treatment
 * @typedef {{on: boolean, begin: string, end: string, days: number[], time_zone: string | null,
 *   urgent_breaks: boolean}} QuietHours
 * @typedef {{language: string | null, theme: "system" | "light" | "dark", density: "comfortable" | "compact",
 *   toast_priority: number, sound: boolean, quiet: QuietHours, categories: Record<string, Treatment>,
 *   sources: Record<string, Treatment>, dismissed: readonly string[]}} Choices
 * @typedef {Partial<Omit<Choices, "quiet">> & {quiet?: Partial<QuietHours>}} Changes */

/** What holds for somebody who never chose. @type {Choices} */
export const DEFAULTS = Object.freeze({
  language: null,
  theme: "system",
  density: "comfortable",
  toast_priority: 2,
  sound: false,
  quiet: Object.freeze({
    on: false,
    begin: "22:00",
    end: "07:00",
    days: [1, 2, 3, 4, 5, 6, 7],
    time_zone: null,
    urgent_breaks: true,
  }),
  categories: {},
  sources: {},
  dismissed: [],
});

/** @param {Choices} before @param {Changes} changes @returns {Choices} */
export const changed = (before, changes) => ({ ...before, ...changes, quiet: { ...before.quiet, ...changes.quiet } });

/** What is said of a category or source; nothing said is as if it never had been.
 * @param {Record<string, Treatment>} named @param {string} name @param {string} treatment */
export function treated(named, name, treatment) {
  const { [name]: _, ...others } = named;
  return treatment === "muted" || treatment === "followed" ? { ...others, [name]: treatment } : others;
}

/** What is offered no more; sorted as the server keeps it, so that it is known again when it comes back.
 * @param {readonly string[]} dismissed @param {readonly string[]} hints */
export const without = (dismissed, hints) => [...new Set([...dismissed, ...hints])].sort();

/** @typedef {object} Needs
 * @property {(choices: Choices) => Promise<boolean>} put answers whether the server keeps it
 * @property {(choices: Choices) => void} show
 * @property {() => void} refused */

/** @param {Needs} needs */
export function createChooser({ put, show, refused }) {
  let kept = DEFAULTS;
  let isKnown = false;
  /** What was chosen here and is not kept by the server yet. @type {Choices | null} */
  let wished = null;
  let isSending = false;
  /** What was sent and comes back as news; an older one of them is none. @type {string[]} */
  let echoes = [];

  const current = () => wished ?? kept;

  async function send() {
    if (isSending) return;
    isSending = true;
    while (wished !== null) {
      const sent = wished;
      echoes.push(JSON.stringify(sent));
      const isKept = await put(sent);
      if (isKept) kept = sent;
      if (wished !== sent && isKept) continue; // something was chosen meanwhile
      wished = null;
      show(kept);
      if (!isKept) refused();
    }
    isSending = false;
  }

  return {
    current,
    isKnown: () => isKnown,

    /** The server says what is kept, by whichever device it was chosen. @param {Changes} said */
    heard(said) {
      const next = changed(DEFAULTS, said);
      const place = echoes.indexOf(JSON.stringify(next));
      const isOutdated = place !== -1 && place < echoes.length - 1;
      echoes = echoes.slice(place + 1);
      if (isOutdated) return;
      [kept, isKnown] = [next, true];
      if (wished === null) show(kept);
    },

    /** @param {Changes} changes */
    choose(changes) {
      wished = changed(current(), changes);
      show(wished);
      void send();
    },
  };
}
