// The command line of an empty inbox: the reader's own address and name, ready to be copied.
// Knows no key: a key is shown once, by the command line that made it.
// Used by tidings/ui/empty.py.

import { useSyncExternalStore } from "react";
import { say } from "./toast.jsx";
import { inWords } from "./words.js";

const never = () => () => {};
const useOrigin = () => useSyncExternalStore(never, () => window.location.origin, () => "");

/** @param {string} origin @param {string} name */
const lines = (origin, name) => [
  `curl ${origin}/api/v1/notifications \\`,
  `  -H "Authorization: Bearer $TIDINGS_KEY" \\`,
  `  -H "Content-Type: application/json" \\`,
  `  -d '${JSON.stringify({ to: [name], title: "Hello from my terminal" })}'`,
];

/** @param {{name: string}} props */
export function CurlLine({ name }) {
  const command = lines(useOrigin(), name || "you").join("\n");
  async function copy() {
    try {
      await navigator.clipboard.writeText(command);
      say(inWords("Copied."));
    } catch {
      say(inWords("The browser did not allow copying. Select the text instead.")); // no https, or no permission
    }
  }
  return (
    <div className="curl">
      <pre tabIndex={0} dir="ltr" aria-label={inWords("Command that sends a notification")}>
        {command}
      </pre>
      <button type="button" className="button curl-copy" onClick={copy}>
        {inWords("Copy")}
      </button>
    </div>
  );
}
