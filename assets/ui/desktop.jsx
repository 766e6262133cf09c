// The switch for notifications of the operating system.
// Where they cannot be had it says so, or is not there.
// Used by tidings/ui/badge.py.

import { useSyncExternalStore } from "react";
import { desktopState, subscribe, toggleDesktop } from "./desktop.js";
import { inWords } from "./words.js";

const unknown = () => "unknown"; // while the page is rendered ahead of time: then it has its room already

export function DesktopSwitch() {
  const state = useSyncExternalStore(subscribe, desktopState, unknown);
  if (state === "absent") return null;
  return (
    <div className={state === "unknown" ? "switch-line later" : "switch-line"}>
      <span id="desktop-switch">
        {inWords("Desktop notifications")}
        {state === "blocked" ? <span className="hint"> · {inWords("blocked by the browser")}</span> : null}
      </span>
      <button
        type="button"
        role="switch"
        aria-checked={state === "on"}
        aria-labelledby="desktop-switch"
        disabled={state === "blocked"}
        className="switch"
        data-testid="desktop-switch"
        onClick={() => void toggleDesktop()}
      />
    </div>
  );
}
