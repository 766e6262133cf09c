// The people in a group, or those who follow a topic, each with a button that takes them out.
// No rule about who may: the server refuses by itself.
// Used by tidings/ui/picking.py.

import { useDoor } from "./door.jsx";
import { DoorButton } from "./form.jsx";
import { inWords } from "./words.js";

/** @param {{door: string}} props where they are listed; each of them is below it */
export function Members({ door }) {
  const { value, error, hasMore, loadingMore, more } = useDoor(door, "members", "after");
  if (value === null) return <p className="hint">{error || inWords("Loading…")}</p>;
  if (value.members.length === 0) return <p className="hint">{inWords("Nobody yet.")}</p>;
  return (
    <>
      <ul className="members" role="list">
        {value.members.map((/** @type {{id: string, name: string, disabled: boolean}} */ { id, name, disabled }) => (
          <li key={id} data-testid="member" data-name={name}>
            <bdi>{name}</bdi>
            {disabled ? <span className="tag tag-bad">{inWords("Switched off")}</span> : null}
            <DoorButton
              door={`${door}/${id}`}
              verb="DELETE"
              done={inWords("{name} is out.", { name })}
              className="icon-button"
              aria-label={inWords("Take {name} out", { name })}
              title={inWords("Take {name} out", { name })}
            >
              ✕
            </DoorButton>
          </li>
        ))}
      </ul>
      {hasMore ? (
        <button type="button" className="button older" disabled={loadingMore} onClick={more}>
          {loadingMore ? inWords("Loading…") : inWords("Show more")}
        </button>
      ) : null}
    </>
  );
}
