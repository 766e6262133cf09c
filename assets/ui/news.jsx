// Says what arrived: a toast in the tab that was looked at last, a notification of the system if that is wanted.
// What is said is decided in assets/live/news.js, how loud it may be in loud.js; whether the system may be used, in desktop.js.
// Used by tidings/ui/frame.py.

import { useEffect, useRef } from "react";
import { createNews } from "../live/news.js";
import { listen, useWebSocket } from "../live/provider.jsx";
import { tellDesktop } from "./desktop.js";
import { loudness } from "./loud.js";
import { goTo } from "./place.js";
import { choices } from "./preferences.js";
import { retold } from "./retold.js";
import { reveal } from "./scrolling.js";
import { say } from "./toast.jsx";
import { chime } from "./sound.js";
import { inWords } from "./words.js";

const DRAWN_MS = 200; // a row further away is drawn first

/** Bring a row into view and open it; when it is not in this list, in the inbox. @param {string} id */
function openRow(id) {
  if (openNow(id)) return;
  if (!reveal(id)) goTo({});
  setTimeout(() => openNow(id), DRAWN_MS);
}

/** @param {string} id */
function openNow(id) {
  const row = document.querySelector(`[data-testid="feed-item"][data-id="${CSS.escape(id)}"]`);
  const opener = row?.querySelector("button[aria-expanded='false']");
  row?.scrollIntoView({ block: "center" });
  if (opener instanceof HTMLElement) opener.click();
  return row !== null;
}

/** @param {import("../live/news.js").Saying} saying */
function tell({ text: said, item, stays, arrivals }) {
  const text = item ? said : retold(said); // a title is its sender's
  say(text, item ? inWords("Open") : undefined, item ? () => openRow(item.id) : undefined, stays);
  const loud = arrivals.map((arrival) => loudness(arrival.item, choices(), Date.now(), arrival.replay));
  if (loud.some(({ desktop }) => desktop)) tellDesktop(text, item);
  if (loud.some(({ sound }) => sound)) void chime();
}

/** Nothing to see: it only listens. */
export function News() {
  const { isLookedAt } = useWebSocket();
  const speaks = useRef(isLookedAt);
  useEffect(() => {
    speaks.current = isLookedAt;
  });
  useEffect(() => {
    const hear = createNews({ setTimer: setTimeout, speaks: () => speaks.current, say: tell });
    return listen({
      notification: (item, replay) => {
        if (loudness(item, choices(), Date.now(), replay).toast) hear(item, replay);
      },
    });
  }, []);
  return null;
}
