// A secret that is shown once, with a button that copies it, and ready-made pieces that use it.
// Nothing is kept: when the dialog is closed, the secret is gone from the page.
// Used by tidings/ui/keys.py and tidings/ui/users.py.

import { useId, useState } from "react";
import { useResult } from "./form.jsx";
import { say } from "./toast.jsx";
import { inWords } from "./words.js";

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(inWords("Copied."));
  } catch {
    say(inWords("The browser did not allow copying. Select the text instead.")); // no https, or no permission
  }
}

/** @param {{text: string, label: string}} props */
function Copyable({ text, label }) {
  return (
    <div className="secret">
      <code tabIndex={0} dir="ltr" aria-label={label}>
        {text}
      </code>
      <button type="button" className="button" onClick={() => copy(text)}>
        {inWords("Copy")}
      </button>
    </div>
  );
}

/** A password that was made up. @param {{words: string}} props */
export function NewPasswordShown({ words }) {
  const { name, password } = useResult() ?? {};
  if (!password) return <p>{inWords("{name}: the password you chose works now.", { name })}</p>;
  return (
    <>
      <p>{words}</p>
      <dl className="facts">
        <div>
          <dt>{inWords("Name")}</dt>
          <dd>{name}</dd>
        </div>
      </dl>
      <Copyable text={password} label={inWords("Password")} />
    </>
  );
}

/** @param {{name: string, secret: string, recipients: string[], topics: string[]}} key @param {string} here */
function snippets(key, here) {
  const [person] = key.recipients;
  const [topic] = key.topics;
  const to = person ? [person] : topic ? { topic } : "everyone";
  const target = person ? `to=${encodeURIComponent(person)}` : topic ? `topic=${encodeURIComponent(topic)}` : "to=everyone";
  const body = { to, title: "Backup finished", level: "success" };
  return {
    curl: [
      `curl ${here}/api/v1/notifications \\`,
      `  -H "Authorization: Bearer ${key.secret}" \\`,
      `  -H "Content-Type: application/json" \\`,
      `  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
    ],
    Python: [
      "import httpx",
      "",
      "httpx.post(",
      `    "${here}/api/v1/notifications",`,
      `    headers={"Authorization": "Bearer ${key.secret}"},`,
      `    json=${JSON.stringify(body, null, 1).replace(/\n */g, " ")},`,
      ").raise_for_status()",
    ],
    Alertmanager: [
      "receivers:",
      "  - name: tidings",
      "    webhook_configs:",
      `      - url: ${here}/api/v1/hooks/alertmanager?${target}`,
      "        send_resolved: true",
      "        http_config:",
      "          authorization:",
      `            credentials: ${key.secret}`,
    ],
    Grafana: [
      "apiVersion: 1",
      "contactPoints:",
      "  - name: tidings",
      "    receivers:",
      "      - uid: tidings",
      "        type: webhook",
      "        settings:",
      `          url: ${here}/api/v1/hooks/grafana?${target}`,
      "          authorization_scheme: Bearer",
      `          authorization_credentials: ${key.secret}`,
    ],
  };
}

/** The key that was just made. */
export function KeyShown() {
  const key = useResult();
  const [chosen, setChosen] = useState("curl");
  const id = useId();
  if (!key?.secret) return null;
  const ready = snippets(key, window.location.origin);
  const text = ready[/** @type {keyof typeof ready} */ (chosen)].join("\n");
  return (
    <>
      <p>{inWords("This is the only time it is shown. Keep it where your program finds it.")}</p>
      <Copyable text={key.secret} label={inWords("API key")} />
      <div className="tabs" role="radiogroup" aria-label={inWords("Ready-made for")}>
        {Object.keys(ready).map((name) => (
          <label key={name} className="tab">
            <input type="radio" name={id} checked={name === chosen} onChange={() => setChosen(name)} />
            {name}
          </label>
        ))}
      </div>
      <div className="curl">
        <pre tabIndex={0} dir="ltr" aria-label={inWords("For {program}", { program: chosen })}>
          {text}
        </pre>
        <button type="button" className="button curl-copy" onClick={() => copy(text)}>
          {inWords("Copy")}
        </button>
      </div>
    </>
  );
}
