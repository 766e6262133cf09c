// The time zone in which this person snoozes: the one they have chosen, else that of the browser.
// Nothing is computed here. Called by snooze.jsx and acting.js.

import { choices } from "./preferences.js";
import { zoneOfReader } from "./snooze.js";

export const readersZone = () => zoneOfReader(choices().quiet.time_zone);
