// The snooze menu: when a notification should come back, in words, or as a moment that one picks.
// What is offered is computed in snooze.js; what is done with it in acting.js.
// Used by tidings/ui/row_pieces.py.

import { DropdownMenu } from "@radix-ui/themes";
import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { act, actOnSelected, selectedItems } from "./acting.js";
import { ages } from "./clock.js";
import { openedMenu, openMenu, subscribe } from "./menu.js";
import { useRow } from "./row.jsx";
import { backToList } from "./shown.js";
import { choices, fieldOf, momentOfField, untilInWords } from "./snooze.js";
import { useNow } from "./time.jsx";
import { direction, inWords } from "./words.js";
import { readersZone } from "./zone.js";

const MINUTE_MS = 60_000;

/** @typedef {{children?: React.ReactNode, className?: string, title?: string}} Face the button's own */

/** The menu of the row it stands in. `place` tells the two of one row apart. @param {Face & {place: string}} props */
export function RowSnooze({ place, ...face }) {
  const { item, hold } = useRow();
  const snooze = (/** @type {number} */ until) => act("snoozed", [item], until);
  const wake = item.snoozed_until === null ? null : () => act("unsnoozed", [item]);
  return <SnoozeMenu face={face} name={`${place} ${item.id}`} snooze={snooze} wake={wake} hold={hold} />;
}

/** The menu for all that are selected. @param {Face} face */
export function SelectedSnooze(face) {
  const isAnyAsleep = selectedItems().some(({ snoozed_until }) => snoozed_until !== null);
  const wake = isAnyAsleep ? () => actOnSelected("unsnoozed") : null;
  const snooze = (/** @type {number} */ until) => actOnSelected("snoozed", until);
  return <SnoozeMenu face={face} name="selection" snooze={snooze} wake={wake} hold={() => {}} />;
}

/** @typedef {{face: Face, name: string, snooze: (until: number) => void, wake: (() => void) | null,
 *   hold: (held: boolean) => void}} MenuProps */

/** @param {MenuProps} props */
function SnoozeMenu({ face, name, snooze, wake, hold }) {
  const isOpen = useSyncExternalStore(subscribe, () => openedMenu() === name, () => false);
  const [isPicking, setPicking] = useState(false);
  useEffect(() => {
    hold(isOpen || isPicking);
  }, [isOpen, isPicking, hold]);
  useEffect(() => () => void (openedMenu() === name && openMenu(null)), [name]);

  /** @param {boolean} open */
  function changed(open) {
    if (open) hold(true); // before the focus leaves for the menu
    openMenu(open ? name : null);
  }
  function closed() {
    setPicking(false);
    setTimeout(backToList); // the menu that asked for the dialog is long gone
  }
  return (
    <>
      <DropdownMenu.Root open={isOpen} onOpenChange={changed} modal={false} dir={direction()}>
        <DropdownMenu.Trigger aria-expanded={isOpen || undefined}>
          <button {...face} type="button" aria-label={face.title} />
        </DropdownMenu.Trigger>
        {isOpen ? <Choices snooze={snooze} wake={wake} pick={() => setPicking(true)} /> : null}
      </DropdownMenu.Root>
      {isPicking ? <Picker snooze={snooze} close={closed} /> : null}
    </>
  );
}

/** @param {{snooze: (until: number) => void, wake: (() => void) | null, pick: () => void}} props */
function Choices({ snooze, wake, pick }) {
  return (
    <DropdownMenu.Content align="end" size="2" variant="soft" aria-label={inWords("Snooze until")} loop>
      {wake ? (
        <>
          <DropdownMenu.Item onSelect={wake}>{inWords("Wake now")}</DropdownMenu.Item>
          <DropdownMenu.Separator />
        </>
      ) : null}
      {choices(Date.now(), readersZone()).map(({ key, name, at }) => (
        <DropdownMenu.Item key={key} onSelect={() => snooze(at)}>
          {name}
        </DropdownMenu.Item>
      ))}
      <DropdownMenu.Separator />
      <DropdownMenu.Item onSelect={pick}>{inWords("Pick…")}</DropdownMenu.Item>
    </DropdownMenu.Content>
  );
}

/** A dialog with a field for date and time. @param {{snooze: (until: number) => void, close: () => void}} props */
export function Picker({ snooze, close }) {
  const [complaint, setComplaint] = useState("");
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const titleId = useId();
  const complaintId = useId();
  useEffect(() => {
    element.current?.showModal();
  }, []);

  /** @param {React.FormEvent<HTMLFormElement>} event */
  function submit(event) {
    event.preventDefault();
    const until = momentOfField(String(new FormData(event.currentTarget).get("until")), readersZone());
    if (until === null || until <= Date.now()) return setComplaint(inWords("Choose a moment in the future."));
    element.current?.close();
    snooze(until);
  }
  return (
    <dialog ref={element} className="modal" aria-labelledby={titleId} onClose={close}>
      <form className="modal-inside form" onSubmit={submit} noValidate>
        <h2 id={titleId}>{inWords("Snooze until")}</h2>
        <input
          className="input"
          type="datetime-local"
          name="until"
          aria-labelledby={titleId}
          aria-describedby={complaintId}
          aria-invalid={complaint !== ""}
          min={fieldOf(Date.now() + MINUTE_MS, readersZone())}
          defaultValue={fieldOf(choices(Date.now(), readersZone()).find(({ key }) => key === "tomorrow")?.at ?? Date.now(), readersZone())}
        />
        <p id={complaintId} className="problem" role="alert">
          {complaint}
        </p>
        <div className="modal-buttons">
          <button type="button" className="button" onClick={() => element.current?.close()}>
            {inWords("Cancel")}
          </button>
          <button type="submit" className="button button-solid">
            {inWords("Snooze")}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** "until tomorrow 09:00". @param {{at: string, className?: string}} props */
export function Until({ at, className }) {
  const now = useNow(ages);
  return (
    <time dateTime={at} className={className} suppressHydrationWarning>
      {inWords("until {time}", { time: untilInWords(Date.parse(at), now, readersZone()) })}
    </time>
  );
}
