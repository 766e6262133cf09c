// The controls of the preferences page, and the piece that makes a page follow what was chosen.
// No layout and few words: those come from Python. What a choice means is in choices.js, loud.js and preferences.js.
// Used by tidings/ui/preferences.py and tidings/ui/app.py.

import { useEffect, useId, useState, useSyncExternalStore } from "react";
import { useTheme } from "$/utils/react-theme";
import { useWebSocket } from "../live/provider.jsx";
import { treated } from "./choices.js";
import { choices, choose, defaults, heard, isKnown, subscribe } from "./preferences.js";
import { chime } from "./sound.js";
import { inWords, locale } from "./words.js";

/** @import {Choices, QuietHours} from "./choices.js" */

const useChoices = () => useSyncExternalStore(subscribe, choices, defaults);
const useIsKnown = () => useSyncExternalStore(subscribe, isKnown, () => false);

/** What was chosen, and a way to choose anew, by the name of the field: "sound", "quiet.begin".
 * @param {string} name @returns {[any, (value: unknown) => void]} */
function useChoice(name) {
  const all = useChoices();
  const [outer, inner] = /** @type {[keyof Choices, keyof QuietHours | undefined]} */ (name.split("."));
  if (inner === undefined) return [all[outer], (value) => choose({ [outer]: value })];
  return [all.quiet[inner], (value) => choose({ quiet: { [inner]: value } })];
}

/** Makes the page follow what was chosen, wherever it was chosen. @param {{children?: React.ReactNode}} props */
export function FollowsPreferences({ children }) {
  const { preferences } = useWebSocket();
  const { setTheme } = useTheme();
  const known = useIsKnown();
  const { theme } = useChoices();
  useEffect(() => {
    if (preferences !== null) heard(preferences);
  }, [preferences]);
  useEffect(() => {
    if (known) setTheme(theme);
  }, [known, theme, setTheme]);
  return children;
}

/** Nothing can be chosen before it is known what holds. @param {React.ComponentProps<"fieldset">} props */
export function ChoiceFields(props) {
  const known = useIsKnown();
  return <fieldset {...props} disabled={!known} aria-busy={!known} />;
}

/** @typedef {{name: string, label: string, hint?: string, values?: string[], words?: string[]}} ControlProps */

/** One of several, as a list that opens. An empty value stands for "as it comes".
 * @param {ControlProps} props */
export function ChoiceSelect({ name, label, hint, values = [], words = [] }) {
  const [chosen, pick] = useChoice(name);
  const id = `choice-${name}`;
  const isNumber = typeof chosen === "number";
  return (
    <div className="choice">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={chosen ?? ""}
        onChange={({ target: { value } }) => pick(value === "" ? null : isNumber ? Number(value) : value)}
      >
        {values.map((value, place) => (
          <option key={value} value={value}>
            {words[place]}
          </option>
        ))}
      </select>
      {hint ? <p className="hint">{hint}</p> : null}
    </div>
  );
}

/** One of a few, side by side. @param {ControlProps} props */
export function ChoiceRadios({ name, label, values = [], words = [] }) {
  const [chosen, pick] = useChoice(name);
  const group = useId();
  return (
    <div className="choice">
      <span id={`${group}-label`} className="choice-label">
        {label}
      </span>
      <div className="tabs" role="radiogroup" aria-labelledby={`${group}-label`}>
        {values.map((value, place) => (
          <label key={value} className="tab">
            <input type="radio" id={`choice-${name}-${value}`} name={group} checked={value === chosen} onChange={() => pick(value)} />
            {words[place]}
          </label>
        ))}
      </div>
    </div>
  );
}

/** On or off. @param {ControlProps} props */
export function ChoiceSwitch({ name, label, hint }) {
  const [chosen, pick] = useChoice(name);
  const id = `choice-${name}`;
  return (
    <div className="choice choice-line">
      <span id={`${id}-label`} className="choice-label">
        {label}
        {hint ? <span className="hint">{hint}</span> : null}
      </span>
      <button
        type="button"
        role="switch"
        id={id}
        className="switch"
        aria-checked={chosen}
        aria-labelledby={`${id}-label`}
        onClick={() => {
          if (name === "sound" && !chosen) void chime(); // so that one knows what was switched on
          pick(!chosen);
        }}
      />
    </div>
  );
}

/** A time of day. @param {ControlProps} props */
export function ChoiceTime({ name, label }) {
  const [chosen, pick] = useChoice(name);
  const id = `choice-${name}`;
  return (
    <div className="choice">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="time"
        className="input tabular"
        value={chosen}
        required
        onChange={({ target: { value } }) => value && pick(value)}
      />
    </div>
  );
}

const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** The days of the week, in the reader's language. @param {{label: string}} props */
export function ChoiceDays({ label }) {
  const [chosen, pick] = /** @type {[number[], (days: number[]) => void]} */ (useChoice("quiet.days"));
  const [short, long] = /** @type {const} */ (["short", "long"]).map(
    (weekday) => new Intl.DateTimeFormat(locale(), { weekday, timeZone: "UTC" }),
  );
  return (
    <div className="choice" role="group" aria-label={label}>
      <span className="choice-label" aria-hidden="true">
        {label}
      </span>
      <div className="days">
        {[1, 2, 3, 4, 5, 6, 7].map((day) => {
          const moment = MONDAY + (day - 1) * DAY_MS;
          const isOn = chosen.includes(day);
          return (
            <button
              key={day}
              type="button"
              id={`choice-day-${day}`}
              className="tab"
              aria-pressed={isOn}
              aria-label={long?.format(moment)}
              onClick={() => pick(isOn ? chosen.filter((other) => other !== day) : [...chosen, day].sort())}
            >
              {short?.format(moment)}
            </button>
          );
        })}
      </div>
    </div>
  );
}

const never = () => () => {};
/** @type {string[] | null} */
let zones = null;
/** @type {string[]} */
const NO_ZONES = [];
const allZones = () => (zones ??= Intl.supportedValuesOf("timeZone"));
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {{label: string}} props */
export function ChoiceZone({ label }) {
  const known = useSyncExternalStore(never, allZones, () => NO_ZONES);
  const own = useSyncExternalStore(never, ownZone, () => "UTC");
  const [chosen, pick] = useChoice("quiet.time_zone");
  const some = chosen === null || known.includes(chosen) ? known : [chosen, ...known];
  return (
    <div className="choice">
      <label htmlFor="choice-zone">{label}</label>
      <select id="choice-zone" className="input" value={chosen ?? ""} onChange={({ target }) => pick(target.value || null)}>
        <option value="">{inWords("Where I am ({zone})", { zone: own.replaceAll("_", " ") })}</option>
        {some.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Shows its children while a choice is on. @param {{name: string, children?: React.ReactNode}} props */
export function WhileChosen({ name, children }) {
  const [chosen] = useChoice(name);
  return chosen ? children : null;
}

/** @typedef {{kind: "categories" | "sources", label: string, add: string}} NamedProps */

/** The categories or sources of what is in the list, and those about which something was said.
 * @param {NamedProps} props */
export function ChoiceNamed({ kind, label, add }) {
  const { notifications } = useWebSocket();
  const [chosen, pick] = useChoice(kind);
  const [typed, setTyped] = useState("");
  const field = kind === "categories" ? "category" : "source";
  const seen = notifications.map((item) => item[field]).filter((name) => name !== null);
  const names = [...new Set([...Object.keys(chosen), ...seen])].sort((a, b) => a.localeCompare(b, locale()));

  /** @param {React.FormEvent} event */
  function mute(event) {
    event.preventDefault();
    const name = typed.trim();
    if (name === "") return;
    pick(treated(chosen, name, "muted"));
    setTyped("");
  }
  return (
    <div className="choice" role="group" aria-label={label}>
      <span className="choice-label" aria-hidden="true">
        {label}
      </span>
      {names.length === 0 ? <p className="hint">{inWords("Nothing has arrived yet.")}</p> : null}
      <ul className="named" role="list">
        {names.map((name) => (
          <li key={name} data-testid="named" data-name={name}>
            <bdi>{name}</bdi>
            <select
              id={`choice-${kind}-${name}`}
              className="input"
              aria-label={inWords("How {name} arrives", { name })}
              value={chosen[name] ?? ""}
              onChange={({ target }) => pick(treated(chosen, name, target.value))}
            >
              <option value="">{inWords("As usual")}</option>
              <option value="followed">{inWords("Always heard")}</option>
              <option value="muted">{inWords("Muted")}</option>
            </select>
          </li>
        ))}
      </ul>
      <form className="named-new" onSubmit={mute}>
        <input
          id={`choice-${kind}-new`}
          className="input"
          maxLength={200}
          aria-label={add}
          placeholder={add}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <button type="submit" className="button">
          {inWords("Mute")}
        </button>
      </form>
    </div>
  );
}
