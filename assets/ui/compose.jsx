// The draft as a page sees it: `const compose = useCompose();`, the item as its row will look, and the audience.
// No layout: that is tidings/ui/compose.py. The rules of sending are in compose.js.
// Used by tidings/ui/compose.py.

import { useMemo, useSyncExternalStore } from "react";
import { uuid } from "../live/browser.js";
import { useWebSocket } from "../live/provider.jsx";
import { createCompose } from "./compose.js";
import { knock, refreshAll } from "./door.jsx";
import { problemsIn } from "./form.jsx";
import { Picker } from "./picker.jsx";
import { say } from "./toast.jsx";
import { countInWords, inWords } from "./words.js";

/** @type {ReturnType<typeof createCompose> | null} */
let one = null;

const compose = () =>
  (one ??= createCompose({
    knock,
    problemsIn,
    uuid,
    setTimer: (work, ms) => setTimeout(work, ms),
    clearTimer: (timer) => clearTimeout(timer),
    isSeen: () => document.visibilityState === "visible",
    sent: refreshAll,
  }));

const subscribe = (/** @type {() => void} */ listener) => compose().subscribe(listener);
const read = () => compose().getSnapshot();

/** The draft as an item of an inbox. @param {import("./compose.js").Draft} draft @param {string} source */
function asItem(draft, source) {
  const now = new Date().toISOString();
  return {
    ...{ id: "preview", seq: 0, data: null, count: 1, pending: false, created_at: now, updated_at: now },
    ...{ read_at: null, archived_at: null, pinned_at: null, snoozed_until: null },
    title: draft.title.trim() || inWords("What happened, in one line"),
    body: draft.body,
    format: draft.format,
    level: draft.level,
    priority: Number(draft.priority),
    category: draft.category || null,
    url: draft.url || null,
    source,
  };
}

/** Everything the page of composing shows and does. */
export function useCompose() {
  const { user } = useWebSocket();
  const state = useSyncExternalStore(subscribe, read, read);
  const name = user?.name ?? "";
  const item = useMemo(() => asItem(state.draft, name), [state.draft, name]);
  const isBusy = state.phase === "sending" || state.phase === "trying";
  const isReady = !isBusy && state.draft.title.trim() !== "" && (state.draft.everyone || state.draft.to.length > 0);
  return {
    ...state,
    item,
    isBusy,
    isReady,
    set: compose().set,
    send: compose().send,
    async tryOut() {
      if (await compose().tryOut(name)) say(inWords("Sent to you. Look at your notifications."));
    },
  };
}

/** Whom it goes to, and how many people that is. @param {{id: string}} props */
export function Audience({ id }) {
  const { draft, people, set } = useCompose();
  return (
    <>
      <div className="tabs" role="radiogroup" aria-label={inWords("To")}>
        {[false, true].map((everyone) => (
          <label key={String(everyone)} className="tab">
            <input
              type="radio"
              name="everyone"
              checked={draft.everyone === everyone}
              onChange={() => set({ everyone })}
            />
            {everyone ? inWords("Everyone") : inWords("Some")}
          </label>
        ))}
      </div>
      {draft.everyone ? null : (
        <Picker
          kinds={["people", "groups", "topics"]}
          label={inWords("People, groups or topics")}
          id={id}
          chosen={draft.to}
          onChoose={(to) => set({ to })}
        />
      )}
      <p className="hint tabular" role="status" data-testid="reach">
        {people === null ? "" : countInWords(people, "Reaches {count} person.", "Reaches {count} people.")}
      </p>
    </>
  );
}

/** What has become of a message: how many have it, how many browsers got it, how many people read it.
 * @param {{accepted: number, delivered: number, read: number}} props */
export function Receipts({ accepted, delivered, read: readBy }) {
  const share = (/** @type {number} */ part) => `${accepted ? Math.round((part / accepted) * 100) : 0}%`;
  const facts = [
    { word: inWords("Accepted"), count: accepted },
    { word: inWords("Delivered"), count: delivered },
    { word: inWords("Read"), count: readBy },
  ];
  return (
    <div className="receipts">
      <dl className="tabular">
        {facts.map(({ word, count }) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      <span className="receipts-bar" aria-hidden="true">
        <span style={{ width: share(delivered) }} />
        <span style={{ width: share(readBy) }} />
      </span>
    </div>
  );
}
