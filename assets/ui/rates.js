// What several workers tell, as one: the samples of all added up, by host or by worker, and how to name each.
// Pure: no clock, no page, nothing is kept. Workers are sampled at moments of their own, seldom while nobody looks.
// Called by onlooker.jsx.

/** @typedef {{at: number} & Record<string, number | null>} Sample
 * @typedef {{id: string, host: string, port: number, number: number, silent_s: number | null, process: any,
 *   sample: Sample | null, database_up: boolean | null, redis_up: boolean | null}} Worker
 * @typedef {Worker & {title: string, tone: number, hostTone: number, newest: Sample | null}} Named
 * @typedef {{key: string, name: string, tone: number, samples: Sample[]}} Series
 * @typedef {"all" | "host" | "worker"} Split */

const STALE_MS = 15_000; // a worker nobody looked at samples every ten seconds
const MOST_POINTS = 300;
export const TONES = 6;

/** Of these the slowest counts; everything else adds up. */
const WORST = new Set(["lag_ms", "write_ms"]);

/** @param {string} field @param {(number | null)[]} values */
function joined(field, values) {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length === 0) return null;
  return WORST.has(field) ? Math.max(...known) : known.reduce((sum, value) => sum + value, 0);
}

/** @param {number} at @param {Sample[]} samples @returns {Sample} */
function joinedSample(at, samples) {
  const fields = new Set(samples.flatMap((sample) => Object.keys(sample)));
  fields.delete("at");
  const joins = [...fields].map((field) => [field, joined(field, samples.map((sample) => sample[field] ?? null))]);
  return { ...Object.fromEntries(joins), at };
}

/** Add up what several workers told, moment by moment: each counts as it last said, until that is old.
 * @param {Sample[][]} histories each with the newest last @returns {Sample[]} */
export function together(histories) {
  if (histories.length <= 1) return histories[0] ?? [];
  const moments = [...new Set(histories.flatMap((samples) => samples.map(({ at }) => Math.round(at / 1_000) * 1_000)))];
  const pasts = histories.map((samples) => ({ samples, place: 0 }));
  return moments
    .sort((one, other) => one - other)
    .map((at) => {
      const present = pasts.flatMap((past) => {
        while ((past.samples[past.place]?.at ?? Infinity) < at + 500) past.place += 1;
        const last = past.samples[past.place - 1];
        return last && at - last.at < STALE_MS ? [last] : [];
      });
      return joinedSample(at, present);
    })
    .slice(-MOST_POINTS);
}

/** Name workers by where they are; the port only where one host has several. @param {Worker[]} workers @returns {Named[]} */
export function named(workers) {
  const hosts = [...new Set(workers.map(({ host }) => host))];
  return workers.map((worker, index) => {
    const beside = workers.filter(({ host }) => host === worker.host);
    const hasPorts = new Set(beside.map(({ port }) => port)).size > 1;
    const place = hasPorts ? `${worker.host}:${worker.port}` : worker.host;
    const alone = beside.filter(({ port }) => port === worker.port).length === 1;
    const title = alone ? place : `${place} · ${worker.number}`;
    const tones = { tone: index % TONES, hostTone: hosts.indexOf(worker.host) % TONES };
    return { ...worker, title, ...tones, newest: worker.sample };
  });
}

/** The lines to draw: one for all, or one for each host or worker.
 * @param {Named[]} workers @param {Record<string, Sample[]>} histories @param {Split} split @returns {Series[]} */
export function series(workers, histories, split) {
  const of = (/** @type {Named[]} */ some) => together(some.map(({ id }) => histories[id] ?? []));
  if (split === "worker")
    return workers.map(({ id, title, tone }) => ({ key: id, name: title, tone, samples: histories[id] ?? [] }));
  if (split === "host")
    return [...new Set(workers.map(({ host }) => host))].map((host, index) => {
      const there = workers.filter((worker) => worker.host === host);
      return { key: host, name: host, tone: index % TONES, samples: of(there) };
    });
  return [{ key: "all", name: "", tone: 0, samples: of(workers) }];
}

/** Keep what was told: new pasts, and the newest sample of each worker at the end of its own.
 * @param {Record<string, Sample[]>} before @param {Record<string, Sample[]>} told @param {Worker[]} workers */
export function grown(before, told, workers) {
  const known = { ...before, ...told };
  const kept = workers.map(({ id, sample, silent_s }) => {
    const samples = known[id] ?? [];
    const isNew = sample !== null && silent_s === null && sample.at > (samples.at(-1)?.at ?? 0);
    return [id, isNew ? [...samples, sample].slice(-MOST_POINTS) : samples];
  });
  return /** @type {Record<string, Sample[]>} */ (Object.fromEntries(kept));
}
