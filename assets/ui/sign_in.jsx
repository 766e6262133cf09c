// The sign-in form's behaviour: send without leaving, say in place what went wrong, show or hide the password.
// A real form underneath: without JavaScript the browser posts it and the server answers.
// Used by tidings/ui/sign_in.py.

import { createContext, useContext, useEffect, useState } from "react";

import { inWords } from "./words.js";

/** @type {Record<string, () => string>} */
const REFUSED = {
  wrong: () => inWords("The name or the password is wrong."),
  throttled: () => inWords("Too many attempts. Wait a little, then try again."),
  unavailable: () => inWords("The server is busy. Try again in a moment."),
};
const unreachable = () => inWords("The server did not answer. Check the connection and try again.");

const Progress = createContext({ busy: false, problem: "" });

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {string} query */
const problemIn = (query) => REFUSED[new URLSearchParams(query).get("error") ?? ""]?.() ?? "";

/** @typedef {React.ComponentProps<"form"> & {
 *   signIn: (username: string, password: string) => Promise<boolean>, complaint: string}} FormProps */

/** `signIn` answers whether it worked; if not, `complaint` says why. @param {FormProps} props */
export function SignInForm({ children, signIn, complaint, ...attributes }) {
  const [phase, setPhase] = useState("ready");
  const [asked, setAsked] = useState("");
  useEffect(() => setAsked(problemIn(window.location.search)), []);
  const problem = phase === "failed" ? complaint || unreachable() : asked;

  /** @param {React.FormEvent<HTMLFormElement>} event */
  async function submit(event) {
    event.preventDefault();
    const username = field(event.currentTarget, "username");
    const password = field(event.currentTarget, "password");
    if (phase === "busy") return;
    setPhase("busy");
    const isSignedIn = await signIn(username.value, password.value).catch(() => false);
    if (isSignedIn) return; // and stay busy: the page is leaving for the feed
    setPhase("failed");
    password.select();
  }
  return (
    <Progress.Provider value={{ busy: phase === "busy", problem }}>
      <form {...attributes} onSubmit={submit} aria-busy={phase === "busy"}>
        {children}
      </form>
    </Progress.Provider>
  );
}

/** The place for the error is always there, so that nothing moves when it fills.
 * @param {{className?: string, id?: string}} props */
export function SignInProblem({ className, id }) {
  const { problem } = useContext(Progress);
  const [isAlive, setIsAlive] = useState(false);
  useEffect(() => setIsAlive(true), []);
  return (
    <p className={className} id={id} role="alert">
      {problem}
      {isAlive || Object.entries(REFUSED).map(([name, words]) => (
        <span className="told" id={name} key={name}>
          {words()}
        </span>
      ))}
    </p>
  );
}

/** @param {React.ComponentProps<"input">} props */
export function PasswordField({ className, ...attributes }) {
  const { problem } = useContext(Progress);
  const [shown, setShown] = useState(false);
  return (
    <div className={className}>
      <input {...attributes} type={shown ? "text" : "password"} aria-invalid={Boolean(problem)} />
      <button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
        <span aria-hidden="true">{shown ? inWords("Hide") : inWords("Show")}</span>
        <span className="spoken">{shown ? inWords("Hide password") : inWords("Show password")}</span>
      </button>
    </div>
  );
}

/** @param {React.ComponentProps<"button">} props */
export function SignInButton({ children, ...attributes }) {
  const { busy } = useContext(Progress);
  return (
    <button {...attributes} type="submit" disabled={busy}>
      {busy ? inWords("Signing in…") : children}
    </button>
  );
}
