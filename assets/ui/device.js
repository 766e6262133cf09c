// What a User-Agent line says, in words a person knows: "Chrome on Windows".
// Pure. It only describes: nothing may ever be decided by it, because anybody can write anything there.
// Called by tidings/ui/sessions.py and tidings/ui/audit.py.

import { inWords } from "./words.js";

// The first that fits: Edge and Opera also say Chrome, Chrome also says Safari.
const BROWSERS = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Vivaldi\//, "Vivaldi"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Headless ?Chrome/, "Headless Chrome"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Version\/[\d.]+.*Safari\//, "Safari"],
  [/^curl\//, "curl"],
  [/^python-httpx\/|^python-requests\/|^Python\//, "Python"],
];
const SYSTEMS = [
  [/iPhone|iPod/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/CrOS/, "ChromeOS"],
  [/Macintosh|Mac OS X/, "macOS"],
  [/Linux|X11/, "Linux"],
];
const LONGEST = 40;

/** @param {(RegExp | string)[][]} table @param {string} agent */
const first = (table, agent) => /** @type {string} */ (table.find(([sign]) => /** @type {RegExp} */ (sign).test(agent))?.[1] ?? "");

/** @param {string | null | undefined} agent */
export function deviceName(agent) {
  if (!agent) return inWords("Unknown device");
  const browser = first(BROWSERS, agent);
  const system = first(SYSTEMS, agent);
  if (browser && system) return inWords("{browser} on {system}", { browser, system });
  return browser || system || (agent.length > LONGEST ? `${agent.slice(0, LONGEST)}…` : agent);
}

/** Which picture fits. @param {string | null | undefined} agent @returns {"phone" | "computer" | "program"} */
export function deviceKind(agent) {
  if (/Mobile|Android|iPhone|iPad|iPod/.test(agent ?? "")) return "phone";
  return /Mozilla/.test(agent ?? "") ? "computer" : "program";
}
