// What an opened row is read for: its text, its data on demand, and what it said before it was updated.
// Nothing here exists while a row is closed. Words of markdown are cut in markdown.jsx, which is loaded when needed.
// Used by tidings/ui/row_pieces.py.

import { lazy, Suspense, useState } from "react";
import { isFine, knock } from "./door.jsx";
import { ClockTime } from "./time.jsx";
import { countInWords, inWords } from "./words.js";

/** @import {Item} from "../live/types.js" */

/** @param {{text: string}} props @returns {React.ReactNode} */
const Plain = ({ text }) => text;

// Without a connection the file may not come: then the text is shown as it was written.
const Markdown = lazy(() => import("./markdown.jsx").catch(() => ({ default: Plain })));

/** @param {{item: Item, className?: string}} props */
export function RowBody({ item, className }) {
  const { body, format } = item;
  if (body === "") return null;
  if (format !== "markdown")
    return (
      <div className={className} dir="auto">
        {body}
      </div>
    );
  return (
    <div className={`${className} prose`} dir="auto">
      <Suspense fallback={<Plain text={body} />}>
        <Markdown text={body} />
      </Suspense>
    </div>
  );
}

/** @param {unknown} data */
const isEmpty = (data) =>
  data === null || data === undefined || (typeof data === "object" && Object.keys(data).length === 0);

/** What the sender's program had to say to other programs, folded. @param {{item: Item}} props */
export function RowData({ item }) {
  if (isEmpty(item.data)) return null;
  return (
    <details className="fold">
      <summary>{inWords("Data")}</summary>
      <pre className="fold-inside" tabIndex={0} dir="ltr">
        {JSON.stringify(item.data, null, 2)}
      </pre>
    </details>
  );
}

/** @typedef {{title: string, body: string, level: string, published_at: string}} Version
 * @typedef {{versions: Version[], is_complete: boolean}} Timeline */

/** What an incident said over time, newest first; fetched when somebody wants to know. @param {{item: Item}} props */
export function RowTimeline({ item }) {
  const [timeline, setTimeline] = useState(/** @type {Timeline | null} */ (null));
  const [count, setCount] = useState(0);
  const [isFailed, setFailed] = useState(false);
  if (item.count < 2) return null;

  /** @param {React.SyntheticEvent<HTMLDetailsElement>} event */
  async function toggled({ currentTarget }) {
    if (!currentTarget.open || count === item.count) return;
    const answer = await knock("GET", `/api/v1/notifications/${encodeURIComponent(item.id)}/timeline`);
    setFailed(!isFine(answer));
    if (!isFine(answer)) return;
    setTimeline(answer.body);
    setCount(item.count); // an update later makes this old
  }
  return (
    <details className="fold" onToggle={toggled} key={item.count}>
      <summary>{countInWords(item.count - 1, "{count} update", "{count} updates")}</summary>
      <div className="fold-inside" aria-live="polite">
        {isFailed ? <p>{inWords("The updates cannot be loaded at the moment.")}</p> : null}
        {timeline ? <Versions timeline={timeline} /> : null}
      </div>
    </details>
  );
}

/** @param {{timeline: Timeline}} props */
function Versions({ timeline }) {
  return (
    <>
      <ol className="timeline">
        {timeline.versions.map((version) => (
          <li key={version.published_at} data-level={version.level}>
            <ClockTime at={version.published_at} /> <bdi className="timeline-title">{version.title}</bdi>
            {version.body ? <span dir="auto">{version.body.split("\n")[0]}</span> : null}
          </li>
        ))}
      </ol>
      {timeline.is_complete ? null : <p className="hint">{inWords("Older updates are not shown.")}</p>}
    </>
  );
}
