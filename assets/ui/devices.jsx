// The devices of this person that are connected now, and the way to sign one out: the last part of the badge's panel.
// Asked when the panel is opened, and only then. What a device is called is in device.js.
// Used by tidings/ui/badge.py.

import { useState } from "react";
import { deviceName } from "./device.js";
import { complaint, isFine, knock, useDoor } from "./door.jsx";
import { say } from "./toast.jsx";
import { inWords } from "./words.js";

const DOOR = "/api/v1/sessions";

/** @typedef {{id: string, device: string | null, current: boolean, connections: object[]}} Session */

export function Devices() {
  const { value, refresh } = useDoor(DOOR);
  if (value === null) return null;
  /** @type {Session[]} */
  const live = value.sessions.filter((/** @type {Session} */ { connections }) => connections.length > 0);
  const known = { count: value.connections, most: value.max_connections };
  return (
    <section className="devices" aria-label={inWords("Devices connected")} data-testid="devices">
      <p className="devices-head tabular">
        <span>{inWords("Devices connected")}</span>
        <span>{inWords("{count} of {most}", known)}</span>
      </p>
      <ul role="list">
        {live.map((session) => (
          <Device key={session.id} session={session} refresh={refresh} />
        ))}
      </ul>
    </section>
  );
}

/** @param {{session: Session, refresh: () => void}} props */
function Device({ session, refresh }) {
  const [isLeaving, setLeaving] = useState(false);
  const name = deviceName(session.device);
  async function signOut() {
    setLeaving(true);
    const answer = await knock("DELETE", `${DOOR}/${session.id}`);
    setLeaving(false);
    say(isFine(answer) ? inWords("Signed out there.") : complaint(answer));
    refresh();
  }
  return (
    <li className="device">
      <bdi title={name}>{name}</bdi>
      {session.current ? (
        <span className="hint">{inWords("This device")}</span>
      ) : (
        <button
          type="button"
          className="text-button"
          disabled={isLeaving}
          aria-label={inWords("Sign out there: {device}", { device: name })}
          onClick={() => void signOut()}
        >
          {inWords("Sign out there")}
        </button>
      )}
    </li>
  );
}
