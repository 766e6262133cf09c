// An input that offers people, groups and topics while one types; what was chosen stands before it as chips.
// It only asks the doors that list them; who may be reached is decided by the server.
// Used by tidings/ui/picking.py and tidings/ui/compose.py.

import { useEffect, useId, useRef, useState } from "react";
import { isFine, knock } from "./door.jsx";
import { inWords } from "./words.js";

const SETTLED_MS = 120;
const OFFERED = 5; // of each kind

/** @typedef {"people" | "groups" | "topics"} Kind
 * @typedef {{kind: Kind, name: string}} Choice */

/** Where each kind is listed, and what one of them is called. @type {Record<Kind, [door: string, list: string, name: string]>} */
const PLACES = {
  people: ["/api/v1/users", "users", "name"],
  groups: ["/api/v1/groups", "groups", "name"],
  topics: ["/api/v1/topics", "topics", "topic"],
};

/** @param {Kind} kind */
const wordFor = (kind) =>
  ({ people: inWords("Person"), groups: inWords("Group"), topics: inWords("Topic") })[kind];

/** @param {Kind} kind @param {string} text @returns {Promise<Choice[]>} */
async function fitting(kind, text) {
  const [door, list, name] = PLACES[kind];
  const answer = await knock("GET", `${door}?${new URLSearchParams({ search: text, limit: String(OFFERED) })}`);
  if (!isFine(answer)) return [];
  return answer.body[list].map((/** @type {any} */ row) => ({ kind, name: row[name] }));
}

/** @param {Choice} one @param {Choice} other */
const isSame = (one, other) => one.kind === other.kind && one.name === other.name;

/** What fits the text, once somebody has stopped typing. @param {Kind[]} kinds @param {string} text @param {boolean} isOpen */
function useOffers(kinds, text, isOpen) {
  const [offers, setOffers] = useState(/** @type {Choice[]} */ ([]));
  const wanted = kinds.join();
  useEffect(() => {
    if (!isOpen) return setOffers([]);
    let isLate = false;
    const timer = setTimeout(async () => {
      const found = await Promise.all(kinds.map((kind) => fitting(kind, text)));
      if (!isLate) setOffers(found.flat());
    }, SETTLED_MS);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
  }, [wanted, text, isOpen]);
  return offers;
}

/** In a form it is a field with a list of names; elsewhere `chosen` and `onChoose` hold what was chosen.
 * @param {{kinds: Kind[], label: string, name?: string, id?: string, chosen?: Choice[],
 *   onChoose?: (chosen: Choice[]) => void}} props */
export function Picker({ kinds, label, name, id, chosen, onChoose }) {
  const [own, setOwn] = useState(/** @type {Choice[]} */ ([]));
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const listId = useId();
  const picked = chosen ?? own;
  const choose = onChoose ?? setOwn;
  const offers = useOffers(kinds, text, isOpen).filter((offer) => !picked.some((one) => isSame(one, offer)));
  const current = Math.min(active, offers.length - 1);
  useEmptied(input, () => setOwn([]));

  /** @param {Choice} choice */
  function take(choice) {
    choose([...picked, choice]);
    setText("");
    setActive(0);
    input.current?.focus();
  }
  /** @param {Choice} choice */
  function drop(choice) {
    choose(picked.filter((one) => !isSame(one, choice)));
    input.current?.focus();
  }
  /** @param {React.KeyboardEvent} event */
  function steer(event) {
    const offer = offers[current];
    const last = picked.at(-1);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((current + step + offers.length) % Math.max(1, offers.length));
    } else if (event.key === "Enter" || event.key === ",") {
      if (text === "" && (event.key === "," || name)) return; // Enter sends the form it stands in
      event.preventDefault();
      if (isOpen && offer) take(offer);
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      event.preventDefault();
      setOpen(false);
    } else if (event.key === "Backspace" && text === "" && last) drop(last);
  }
  return (
    <div className="picker">
      <div className="input picker-box" onClick={() => input.current?.focus()}>
        {picked.map((choice) => (
          <span key={choice.kind + choice.name} className="chip" data-kind={choice.kind}>
            {kinds.length > 1 ? <span className="chip-kind">{wordFor(choice.kind)}</span> : null}
            <bdi>{choice.name}</bdi>
            <button type="button" aria-label={inWords("Remove {name}", { name: choice.name })} onClick={() => drop(choice)}>
              ✕
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          aria-label={label}
          aria-expanded={isOpen && offers.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && offers.length ? `${listId}-${current}` : undefined}
          placeholder={picked.length ? "" : label}
          value={text}
          maxLength={100}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={steer}
        />
      </div>
      {name ? (
        <input type="hidden" name={name} data-kind="json" value={JSON.stringify(picked.map((one) => one.name))} />
      ) : null}
      <ul className="picker-offers" role="listbox" id={listId} aria-label={label} hidden={!isOpen || offers.length === 0}>
        {offers.map((offer, place) => (
          <li
            key={offer.kind + offer.name}
            id={`${listId}-${place}`}
            role="option"
            aria-selected={place === current}
            onPointerDown={(event) => {
              event.preventDefault(); // the focus stays in the input
              take(offer);
            }}
          >
            <bdi>{offer.name}</bdi>
            {kinds.length > 1 ? <span className="chip-kind">{wordFor(offer.kind)}</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A form that was accepted is empty again. @param {React.RefObject<HTMLInputElement | null>} input @param {() => void} empty */
function useEmptied(input, empty) {
  useEffect(() => {
    const form = input.current?.form;
    form?.addEventListener("reset", empty);
    return () => form?.removeEventListener("reset", empty);
  }, []);
}
