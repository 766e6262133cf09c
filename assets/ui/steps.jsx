// The steps of somebody new, above their notifications: what is done goes by itself, the rest can be dismissed for ever.
// Which ones were dismissed is kept with the person's preferences; nothing else is remembered.
// Used by tidings/ui/first_steps.py.

import { useEffect, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { useWebSocket } from "../live/provider.jsx";
import { without } from "./choices.js";
import { desktopState, subscribe, toggleDesktop } from "./desktop.js";
import { useDoor } from "./door.jsx";
import { choices, choose, heardBefore, isKnown, mirror, subscribe as subscribeChoices } from "./preferences.js";
import { inWords } from "./words.js";

const STEPS = ["test", "desktop", "bring"];

/** Those this person is done with, on whichever device; until that is known, those this browser heard of last: the list
 * may be there before, and must not be pushed. */
const dismissedNow = () => (isKnown() ? choices().dismissed : (heardBefore().dismissed ?? STEPS));
const dismissedAhead = () => STEPS; // while the page is rendered ahead of time

/** @param {readonly string[]} steps */
const dismiss = (...steps) => choose({ dismissed: without(choices().dismissed, steps) });

/** @param {{title: string, says: string, dismiss: () => void, isLater?: boolean, children: React.ReactNode}} props */
function Step({ title, says, dismiss, isLater = false, children }) {
  return (
    <li className={isLater ? "step later" : "step"}>
      <div className="step-text">
        <p className="step-title">{title}</p>
        <p className="hint">{says}</p>
      </div>
      {children}
      <button
        type="button"
        className="icon-button"
        title={inWords("Dismiss")}
        aria-label={inWords("Dismiss for ever: {title}", { title })}
        onClick={dismiss}
      >
        ✕
      </button>
    </li>
  );
}

/** Somebody who may invite is offered that, everybody else what they can follow. Before that is known, there is the
 * room of what this browser heard of last: they are not of one height on a phone, and the list may be there already.
 * @param {{dismiss: () => void}} props */
function Bring({ dismiss }) {
  const { value } = useDoor("/api/v1/session");
  const isLater = value === null;
  const invites = value?.user.admin ?? heardBefore().invites ?? false;
  useEffect(() => {
    if (!isLater) mirror({ invites });
  }, [isLater, invites]);
  if (!invites)
    return (
      <Step
        title={inWords("Follow a topic")}
        says={inWords("Hear about what you care for.")}
        dismiss={dismiss}
        isLater={isLater}
      >
        <Link className="button" to="/topics">
          {inWords("Topics")}
        </Link>
      </Step>
    );
  return (
    <Step
      title={inWords("Bring in people and programs")}
      says={inWords("Invite somebody, or connect the first source with a key.")}
      dismiss={dismiss}
      isLater={isLater}
    >
      <span className="step-ways">
        <Link className="button" to="/users">
          {inWords("Add user")}
        </Link>
        <Link className="button" to="/keys">
          {inWords("New key")}
        </Link>
      </span>
    </Step>
  );
}

export function FirstSteps() {
  const { sendTest } = useWebSocket();
  const desktop = useSyncExternalStore(subscribe, desktopState, () => "absent");
  const dismissed = useSyncExternalStore(subscribeChoices, dismissedNow, dismissedAhead);
  const isLeft = (/** @type {string} */ step) => !dismissed.includes(step);
  const left = STEPS.filter((step) => isLeft(step) && (step !== "desktop" || desktop === "off"));
  if (left.length === 0) return null;
  return (
    <section className="steps" aria-label={inWords("First steps")} data-testid="first-steps">
      <ul role="list">
        {left.includes("test") ? (
          <Step
            title={inWords("See one arrive")}
            says={inWords("A test goes all the way round and appears here.")}
            dismiss={() => dismiss("test")}
          >
            <button
              type="button"
              className="button"
              onClick={() => {
                sendTest();
                dismiss("test");
              }}
            >
              {inWords("Send a test")}
            </button>
          </Step>
        ) : null}
        {left.includes("desktop") ? (
          <Step
            title={inWords("Be told while you look elsewhere")}
            says={inWords("Your browser can show what arrives while Tidings is behind other windows.")}
            dismiss={() => dismiss("desktop")}
          >
            <button type="button" className="button" onClick={() => void toggleDesktop()}>
              {inWords("Allow")}
            </button>
          </Step>
        ) : null}
        {left.includes("bring") ? <Bring dismiss={() => dismiss("bring")} /> : null}
      </ul>
      {left.length > 1 ? (
        <button type="button" className="text-button" onClick={() => dismiss(...STEPS)}>
          {inWords("Dismiss all")}
        </button>
      ) : null}
    </section>
  );
}
