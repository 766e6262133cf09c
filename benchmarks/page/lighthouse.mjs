// Lets Lighthouse look at pages in a browser that is already running, and prints one line of JSON for each look.
// Nothing is judged here and nobody is signed in here: the browser's profile already has the cookie.
// Started by benchmarks/page/scores.py with {port, form, addresses} as its one argument.

import lighthouse, { desktopConfig } from "lighthouse";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const TIMES = {
  first_paint_ms: "first-contentful-paint",
  largest_paint_ms: "largest-contentful-paint",
  blocked_ms: "total-blocking-time",
  shift: "cumulative-layout-shift",
};
const IS_FINE = 1;

const { port, form, addresses } = JSON.parse(process.argv[2] ?? "{}");
// The profile's storage stays: it holds who is signed in and the list that a returning reader sees first.
const flags = { port, onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: "silent" };

for (const address of addresses) {
  const { lhr } = await lighthouse(address, flags, form === "desktop" ? desktopConfig : undefined);
  if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
  const scores = Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round((score ?? 0) * 100)]);
  const times = Object.entries(TIMES).map(([name, audit]) => [name, lhr.audits[audit]?.numericValue]);
  const weighed = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  const missed = weighed.map(({ id }) => lhr.audits[id]).filter((audit) => audit?.score !== null && audit?.score < IS_FINE);
  const findings = missed.map((audit) => `${audit.id}: ${audit.displayValue ?? audit.title}`);
  process.stdout.write(`${JSON.stringify({ address: lhr.requestedUrl, scores: Object.fromEntries(scores), times: Object.fromEntries(times), findings })}\n`);
}
