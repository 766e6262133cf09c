// Forms and buttons that knock at a door: send, say in place what was refused, show what came back, fetch the page anew.
// No words of a page: those come from Python. Native dialogs: the browser keeps the focus inside and gives it back.
// Used by tidings/ui/forms.py.

import { createContext, useContext, useEffect, useId, useRef, useState } from "react";
import { complaint, isFine, knock, refreshAll } from "./door.jsx";
import { retold } from "./retold.js";
import { say } from "./toast.jsx";

const Dialog = createContext({ isOpen: false, open: () => {}, close: () => {}, titleId: "" });
const Sending = createContext({
  phase: "ready",
  problems: /** @type {Record<string, string>} */ ({}),
  result: /** @type {any} */ (null),
});

/** A dialog and what opens it. @param {{children?: React.ReactNode}} props */
export function Modal({ children }) {
  const [isOpen, setOpen] = useState(false);
  const titleId = useId();
  const dialog = { isOpen, titleId, open: () => setOpen(true), close: () => setOpen(false) };
  return <Dialog.Provider value={dialog}>{children}</Dialog.Provider>;
}

/** @param {React.ComponentProps<"button">} props */
export function ModalOpener(props) {
  const { open } = useContext(Dialog);
  return <button {...props} type="button" aria-haspopup="dialog" onClick={open} />;
}

/** @param {React.ComponentProps<"button">} props */
export function ModalCloser(props) {
  const { close } = useContext(Dialog);
  return <button {...props} type="button" onClick={close} />;
}

/** The dialog itself; nothing of it exists while it is closed.
 * @param {{children?: React.ReactNode, title: string, className?: string}} props */
export function ModalPanel(props) {
  const { isOpen } = useContext(Dialog);
  return isOpen ? <OpenPanel {...props} /> : null;
}

/** @param {{children?: React.ReactNode, title: string, className?: string}} props */
function OpenPanel({ children, title, className }) {
  const { close, titleId } = useContext(Dialog);
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  // A click beside it does not close it: what it shows may be shown only once.
  return (
    <dialog ref={element} className={className} aria-labelledby={titleId} onClose={close}>
      <div className="modal-inside">
        <h2 id={titleId}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

/** @param {HTMLInputElement} input @returns {unknown} */
function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.dataset.kind === "json") return JSON.parse(input.value);
  if (input.dataset.kind !== "list") return input.value;
  return input.value.split(",").map((part) => part.trim()).filter(Boolean);
}

/** Fields as JSON. What was left empty is left out: the server knows the default. @param {HTMLFormElement} form */
function bodyOf(form) {
  const inputs = [...form.elements].filter((element) => element instanceof HTMLInputElement && element.name);
  const pairs = inputs.map((input) => [
    /** @type {HTMLInputElement} */ (input).name,
    valueOf(/** @type {HTMLInputElement} */ (input)),
  ]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

/** @param {import("./door.jsx").Answer} answer @returns {Record<string, string>} */
export function problemsIn(answer) {
  /** @type {{pointer: string, detail: string}[]} */
  const errors = answer.body?.errors ?? [];
  const byField = errors.map(({ pointer, detail }) => [
    pointer.split("/")[1] ?? "",
    retold(detail.replace(/^Value error, /, "").replace(/^./, (letter) => letter.toUpperCase())),
  ]);
  return byField.length ? Object.fromEntries(byField) : { "": complaint(answer) };
}

/** @typedef {React.ComponentProps<"form"> & {door: string, verb: string, done: string, stays?: boolean}} FormProps */

/** A form whose fields are sent as JSON. `done` is said when it worked; with `stays` the dialog remains open, to show
 * what came back. @param {FormProps} props */
export function DoorForm({ children, door, verb, done, stays = false, ...attributes }) {
  const { close } = useContext(Dialog);
  const [phase, setPhase] = useState("ready");
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [result, setResult] = useState(/** @type {any} */ (null));

  /** @param {React.FormEvent<HTMLFormElement>} event */
  async function submit(event) {
    event.preventDefault();
    const form = event.currentTarget;
    if (phase === "busy") return;
    setPhase("busy");
    const answer = await knock(verb, door, verb === "DELETE" ? undefined : bodyOf(form));
    if (!isFine(answer)) {
      setProblems(problemsIn(answer));
      setPhase("ready");
      return void form.querySelector("input")?.focus();
    }
    setProblems({});
    setResult(answer.body);
    setPhase("done");
    if (done) say(done);
    refreshAll();
    if (stays) form.reset();
    else close();
  }
  return (
    <Sending.Provider value={{ phase, problems, result }}>
      <form {...attributes} onSubmit={submit} aria-busy={phase === "busy"}>
        {children}
      </form>
    </Sending.Provider>
  );
}

/** What is seen until it worked. @param {{children?: React.ReactNode}} props */
export const BeforeDone = ({ children }) => (useContext(Sending).phase === "done" ? null : children);

/** What is seen once it worked. @param {{children?: React.ReactNode}} props */
export const AfterDone = ({ children }) => (useContext(Sending).phase === "done" ? children : null);

/** What came back: `children(result)`. */
export const useResult = () => useContext(Sending).result;

/** The complaint about one field, or with an empty name about none of them.
 * @param {{name: string, id?: string, className?: string}} props */
export function FieldProblem({ name, id, className }) {
  const problem = useContext(Sending).problems[name] ?? "";
  return (
    <p className={className} id={id} role="alert">
      {problem}
    </p>
  );
}

/** @param {React.ComponentProps<"button">} props */
export function SubmitButton({ children, ...attributes }) {
  const { phase } = useContext(Sending);
  return (
    <button {...attributes} type="submit" disabled={phase === "busy"}>
      {children}
    </button>
  );
}

/** A button that knocks at once. @param {React.ComponentProps<"button"> & {door: string, verb: string, done: string}} props */
export function DoorButton({ door, verb, done, ...attributes }) {
  const [busy, setBusy] = useState(false);
  async function press() {
    setBusy(true);
    const answer = await knock(verb, door);
    say(isFine(answer) ? done : complaint(answer));
    setBusy(false);
    refreshAll();
  }
  return <button {...attributes} type="button" disabled={busy} onClick={press} />;
}
