// Stands for Radix Themes: its theme is there at once; what floats is loaded when a hand or the focus comes near its
// button, else when the page is at rest: a quarter of the scripts, and nobody presses before the list is there.
// The button is drawn here and never anew; Radix is told that it has one of its own. Laid into the build by plugin.py.

import { Children, cloneElement, createContext, createElement, useContext, useEffect, useId, useImperativeHandle, useRef, useState, useSyncExternalStore } from "react";

export { Theme } from "@radix-ui/themes/components/theme";

const AT_REST_MS = 2_000; // also for those who are offline when they press

/** @typedef {"DropdownMenu" | "Popover"} Name */
/** @typedef {Record<Name, Record<string, React.FC<any>>>} Parts */
/** @type {Parts | null} */
let parts = null;
/** @type {Promise<void> | null} */
let loading = null;
let isDue = false;
/** @type {Set<() => void>} */
const listeners = new Set();

function load() {
  loading ??= import("./radix_parts.js").then(
    (loaded) => {
      parts = /** @type {any} */ (loaded);
      listeners.forEach((listener) => listener());
    },
    () => void (loading = null), // the next press tries again
  );
}

/** @param {() => void} listener */
function subscribe(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function loadAtRest() {
  if (!isDue) setTimeout(loadWhenOnline, AT_REST_MS);
  isDue = true;
}

/** Nothing is tried without a network. */
function loadWhenOnline() {
  if (navigator.onLine) load();
  else addEventListener("online", load, { once: true });
}

/** Whether the last thing somebody did was to press a key: then a menu opens with its first item in focus. */
let isByKey = false;
if (typeof document !== "undefined") {
  document.addEventListener("keydown", () => void (isByKey = true), { capture: true });
  document.addEventListener("pointerdown", () => void (isByKey = false), { capture: true });
}

/** @typedef {{isOpen: boolean, change: (open: boolean) => void, button: React.RefObject<HTMLElement | null>,
 *   buttonId: string, contentId: string, root: object}} Floating */
const Here = createContext(/** @type {Floating} */ (/** @type {unknown} */ (null)));

/** @param {any} props Radix' own */
function Root({ children, open, onOpenChange, ...root }) {
  const [wasOpened, setOpened] = useState(false);
  const button = useRef(null);
  const [buttonId, contentId] = [useId(), useId()];
  useEffect(loadAtRest, []);
  function change(/** @type {boolean} */ next) {
    setOpened(next);
    onOpenChange?.(next);
  }
  const value = { isOpen: open ?? wasOpened, change, button, buttonId, contentId, root };
  return createElement(Here.Provider, { value }, children);
}

/** @param {Floating} here */
const opensMenu = ({ isOpen, change }) => ({
  onPointerDown(/** @type {React.PointerEvent} */ event) {
    if (event.button !== 0 || event.ctrlKey) return;
    if (!isOpen) event.preventDefault(); // else the button would take the focus back from the menu
    change(!isOpen);
  },
  onKeyDown(/** @type {React.KeyboardEvent} */ event) {
    if (!["Enter", " ", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    change(event.key === "ArrowDown" || !isOpen);
  },
});

/** @param {Floating} here */
const opensPanel = ({ isOpen, change }) => ({ onClick: () => change(!isOpen) });

/** @param {"menu" | "dialog"} kind @param {(here: Floating) => object} opening */
function triggerOf(kind, opening) {
  /** @param {any} props */
  return function Trigger({ children, ...props }) {
    const here = useContext(Here);
    const { isOpen, button, buttonId, contentId } = here;
    const child = Children.only(children);
    const says = { "aria-haspopup": kind, "aria-expanded": isOpen, "aria-controls": isOpen ? contentId : undefined };
    const state = { id: buttonId, "data-state": isOpen ? "open" : "closed" };
    const senses = { onPointerEnter: load, onFocus: load, ...opening(here) };
    return cloneElement(child, { ...says, ...state, ...props, ...child.props, ...senses, ref: button });
  };
}

/** Stands where Radix wants its button, and tells it which one that is. @param {any} props */
function Ghost({ button, ref }) {
  useImperativeHandle(ref, () => button.current);
  return null;
}

/** @param {Event} event */
function focusFirst(event) {
  const first = event.target instanceof Element ? event.target.querySelector('[role^="menuitem"]:not([data-disabled])') : null;
  if (!isByKey || !(first instanceof HTMLElement)) return;
  event.preventDefault();
  first.focus({ preventScroll: true });
}

/** Close what was opened before it could be drawn: Radix listens only from then on. @param {Floating} here
 * @param {boolean} isComing */
function useWayOut({ change }, isComing) {
  useEffect(() => {
    if (!isComing) return undefined;
    const leave = (/** @type {Event} */ event) => {
      if (event instanceof KeyboardEvent && event.key !== "Escape") return;
      if (event instanceof KeyboardEvent) event.preventDefault(); // it is for this, and nothing else goes back a step
      change(false);
    };
    const kinds = ["keydown", "pointerdown"];
    for (const kind of kinds) document.addEventListener(kind, leave, { capture: true });
    return () => kinds.forEach((kind) => document.removeEventListener(kind, leave, { capture: true }));
  }, [isComing]);
}

/** @param {Name} name @param {(here: Floating) => object} more */
function contentOf(name, more) {
  /** @param {any} props */
  return function Content({ children, ...props }) {
    const here = useContext(Here);
    const { isOpen, change, button, contentId, root } = here;
    const loaded = useSyncExternalStore(subscribe, () => parts, () => null);
    useEffect(() => void (isOpen && load()), [isOpen]);
    useWayOut(here, isOpen && loaded === null);
    if (loaded === null) return null;
    const { Root, Trigger, Content } = /** @type {Record<string, React.FC<any>>} */ (loaded[name]);
    const ghost = createElement(/** @type {React.FC<any>} */ (Trigger), null, createElement(Ghost, { button }));
    const content = createElement(/** @type {React.FC<any>} */ (Content), { id: contentId, ...more(here), ...props }, children);
    return createElement(/** @type {React.FC<any>} */ (Root), { ...root, open: isOpen, onOpenChange: change }, ghost, content);
  };
}

/** What stands in a menu is drawn when that is. @param {string} piece @returns {React.FC<any>} */
const inMenu = (piece) => (props) => createElement(/** @type {any} */ (parts?.DropdownMenu[piece]), props);

export const DropdownMenu = {
  Root,
  Trigger: triggerOf("menu", opensMenu),
  Content: contentOf("DropdownMenu", ({ buttonId }) => ({ "aria-labelledby": buttonId, onOpenAutoFocus: focusFirst })),
  Item: inMenu("Item"),
  Label: inMenu("Label"),
  RadioGroup: inMenu("RadioGroup"),
  RadioItem: inMenu("RadioItem"),
  Separator: inMenu("Separator"),
};

export const Popover = {
  Root,
  Trigger: triggerOf("dialog", opensPanel),
  Content: contentOf("Popover", () => ({})),
};
