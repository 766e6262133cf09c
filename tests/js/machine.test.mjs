// The machine alone: its table, its delays, what wakes it, what ends it, what it must never do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTS, INITIAL, step, TABLE, TIMERS } from "../../assets/live/machine.js";
import { DEFAULT_POLICY as POLICY, policyFrom } from "../../assets/live/policy.js";
import { CLOSE_CODES, comeBack, REASONS, STATES } from "../../assets/live/protocol.js";
import { loadedDice } from "./world.mjs";

/** Walk through events from a state; answers the last state and the effects of the last step. */
function walk(events, from = INITIAL, policy = POLICY) {
  let state = from;
  let effects = [];
  for (const event of events) {
    [state, effects] = step(state, typeof event === "string" ? { type: event } : event, policy);
  }
  return { state, effects };
}
const does = (effects, name) => effects.filter((effect) => effect.do === name);
const timer = (effects, name) => effects.find((effect) => effect.do === "startTimer" && effect.name === name);

const CONNECTING = ["started"];
const AUTHENTICATING = [...CONNECTING, { type: "tokenArrived", expiresInMs: 300_000 }, "opened"];
const CONNECTED = [...AUTHENTICATING, "welcomed"];
const STABLE = [...CONNECTED, "stoodFirm"];
const LOST = { type: "closed", code: 1006 };
const RECONNECTING = [...CONNECTED, LOST];
const GAVE_UP = [...CONNECTED, LOST, ...Array(5).fill(["retryCame", "tokenFailed"]).flat()];
const PHASES = {
  disconnected: [],
  connecting: CONNECTING,
  authenticating: AUTHENTICATING,
  connected: STABLE,
  reconnecting: RECONNECTING,
};
const RESTS = {
  signed_out: [...STABLE, "signedOut"],
  hidden: [...STABLE, "pageHid", "graceEnded"],
  offline: [...STABLE, "wentOffline"],
  gave_up: GAVE_UP,
  too_many_connections: [...AUTHENTICATING, { type: "closed", code: 4429 }],
  refused: [...AUTHENTICATING, { type: "closed", code: 4403 }],
  closed: [...STABLE, "closeAsked"],
};

test("the table answers every event in every phase", () => {
  for (const phase of STATES) {
    assert.deepEqual(Object.keys(TABLE[phase]).sort(), [...EVENTS].sort());
    for (const reason of ["", ...REASONS]) {
      for (const type of EVENTS) {
        const [state, effects] = step({ ...INITIAL, phase, reason }, { type }, POLICY);
        assert.ok(STATES.includes(state.phase), `${phase} × ${type}`);
        assert.ok(["", ...REASONS].includes(state.reason));
        assert.ok(effects.every((effect) => typeof effect.do === "string"));
      }
    }
  }
});

test("the walks of these tests arrive where they say", () => {
  for (const [phase, events] of Object.entries(PHASES)) assert.equal(walk(events).state.phase, phase);
  for (const [reason, events] of Object.entries(RESTS)) {
    assert.deepEqual([walk(events).state.phase, walk(events).state.reason], ["disconnected", reason]);
  }
});

test("a reason stands only beside disconnected", () => {
  for (const events of Object.values(PHASES)) assert.equal(walk(events).state.reason, "");
});

test("authentication comes before connected", () => {
  assert.deepEqual(walk(AUTHENTICATING).effects, [{ do: "sendAuth" }]);
  assert.equal(walk([...CONNECTING, "welcomed"]).state.phase, "connecting");
});

test("delays are 1, 2, 4, 8, 16 seconds and the fifth failure gives up", () => {
  const delays = [];
  let { state, effects } = walk([LOST], walk(STABLE).state);
  for (let attempt = 1; state.phase === "reconnecting"; attempt += 1) {
    const retry = timer(effects, "retry");
    assert.equal(state.attempt, attempt);
    assert.equal(retry.jitter, 0.2);
    delays.push(retry.ms);
    ({ state, effects } = walk(["retryCame", "tokenFailed"], state));
  }
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 16000]);
  assert.equal(state.reason, "gave_up");
});

test("more attempts than delays repeat the last delay", () => {
  const policy = policyFrom({ retry_max_attempts: 8 });
  const failures = [LOST, ...Array(7).fill(["retryCame", "tokenFailed"]).flat()];
  assert.equal(timer(walk([...STABLE, ...failures], INITIAL, policy).effects, "retry").ms, 30_000);
});

test("accept-then-drop does not start the count over before ten stable seconds", () => {
  const again = ["retryCame", { type: "tokenArrived", expiresInMs: 1e5 }, "opened", "welcomed", LOST];
  assert.equal(walk([...STABLE, LOST, ...again, ...again]).state.attempt, 3);
  assert.equal(timer(walk(CONNECTED).effects, "stable").ms, 10_000);
  assert.equal(walk([...STABLE, LOST, ...again.slice(0, 4), "stoodFirm", LOST]).state.attempt, 1);
});

test("each close code does what its row says", () => {
  const outcome = {
    yes: "reconnecting",
    after_retry: "reconnecting",
    new_token: "connecting",
    person: "too_many_connections",
    no: "refused",
  };
  for (const { code, comeBack: answer } of [
    ...CLOSE_CODES,
    { code: 4999, comeBack: "yes" },
    { code: 1006, comeBack: "yes" },
  ]) {
    assert.equal(comeBack(code), answer);
    for (const events of [AUTHENTICATING, STABLE]) {
      const { state } = walk([...events, { type: "closed", code }]);
      const expected = code === 4410 ? "signed_out" : outcome[answer];
      assert.equal(state.reason || state.phase, expected, `${code}`);
    }
  }
});

test("a delay named by the server is taken as it is, without dice", () => {
  for (const code of [1012, 1013, 4430]) {
    const { effects } = walk([...STABLE, { type: "closed", code, retryAfterMs: 3210 }]);
    assert.deepEqual(timer(effects, "retry"), {
      do: "startTimer",
      name: "retry",
      ms: 3210,
      jitter: undefined,
    });
  }
});

test("a refused token is replaced once, a second refusal in a row ends it", () => {
  for (const code of [4401, 4411]) {
    const first = walk([...AUTHENTICATING, { type: "closed", code }]);
    assert.equal(does(first.effects, "fetchToken").length, 1);
    const again = [{ type: "tokenArrived", expiresInMs: 1e5 }, "opened", { type: "closed", code }];
    assert.equal(walk(again, first.state).state.reason, "refused");
    const stable = [
      { type: "tokenArrived", expiresInMs: 1e5 },
      "opened",
      "welcomed",
      "stoodFirm",
      { type: "closed", code },
    ];
    assert.equal(walk(stable, first.state).state.phase, "connecting");
  }
});

test("no session means signed out: everything is forgotten and the page leaves once", () => {
  for (const events of [
    [...CONNECTING, "tokenDenied"],
    [...STABLE, "tokenDenied"],
    [...STABLE, { type: "closed", code: 4410 }],
  ]) {
    const { state, effects } = walk(events);
    assert.equal(state.reason, "signed_out");
    assert.deepEqual(
      effects.slice(-3).map((effect) => effect.do),
      ["tellTabs", "forget", "goToSignIn"],
    );
    assert.deepEqual(walk(["signedOut"], state).effects, []);
  }
});

test("a tab that was told of the sign-out does not tell it again", () => {
  const { effects } = walk([...STABLE, { type: "signedOut", told: true }]);
  assert.equal(does(effects, "tellTabs").length, 0);
  assert.equal(does(effects, "goToSignIn").length, 1);
});

const WAKES = ["pageShown", "pageReturned", "cameOnline", "nudged", "reconnectAsked"];
const PROBE = "probes";
const TRIES = "tries at once";
const NOTHING = "stays";
/** What each wake signal does in each place; rows are places, columns follow WAKES. */
const MATRIX = {
  connecting: [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING],
  authenticating: [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING],
  connected: [PROBE, PROBE, PROBE, PROBE, PROBE],
  reconnecting: [TRIES, TRIES, TRIES, TRIES, TRIES],
  gave_up: [TRIES, TRIES, TRIES, TRIES, TRIES],
  hidden: [TRIES, TRIES, NOTHING, NOTHING, NOTHING],
  offline: [NOTHING, NOTHING, TRIES, NOTHING, TRIES],
  closed: [NOTHING, NOTHING, NOTHING, NOTHING, TRIES],
  refused: [NOTHING, NOTHING, NOTHING, NOTHING, TRIES],
  too_many_connections: [NOTHING, NOTHING, NOTHING, NOTHING, TRIES],
  signed_out: [NOTHING, "goes to sign-in", NOTHING, NOTHING, "goes to sign-in"],
};
for (const [place, row] of Object.entries(MATRIX)) {
  row.forEach((expected, column) => {
    test(`${WAKES[column]} while ${place}: ${expected}`, () => {
      const before = walk(PHASES[place] ?? RESTS[place]).state;
      const { state, effects } = walk([WAKES[column]], before);
      const seen = does(effects, "fetchToken").length
        ? TRIES
        : does(effects, "sendPing").length
          ? PROBE
          : does(effects, "goToSignIn").length
            ? "goes to sign-in"
            : NOTHING;
      assert.equal(seen, expected);
      if (seen === NOTHING) assert.equal(state.phase, before.phase);
    });
  });
}

test("a wake while waiting keeps the number of the attempt, a wake from rest starts a new series", () => {
  assert.equal(walk([...RECONNECTING, "nudged"]).state.attempt, 1);
  assert.equal(walk([...GAVE_UP, "nudged"]).state.attempt, 0);
});

test("a woken socket that does not answer within the probe is replaced at once", () => {
  const { state, effects } = walk([...STABLE, "nudged"]);
  assert.equal(timer(effects, "probe").ms, POLICY.probe_ms);
  assert.equal(timer(effects, "probe").unlessArmed, true);
  assert.equal(walk(["proofMissed"], state).state.phase, "connecting");
  assert.deepEqual(walk(["heard"], state).effects[0], { do: "stopTimer", name: "probe" });
});

test("hidden for the grace time pauses, shown again within it does not", () => {
  const hid = walk([...STABLE, "pageHid"]);
  assert.equal(hid.state.phase, "connected");
  assert.equal(timer(hid.effects, "grace").ms, 2000);
  const back = walk(["pageShown"], hid.state);
  assert.deepEqual(back.effects[0], { do: "stopTimer", name: "grace" });
  const paused = walk(["graceEnded"], hid.state);
  assert.equal(does(paused.effects, "closeSocket").length, 1);
  assert.equal(does(paused.effects, "releasePage").length, 1);
});

test("attempts and drops do not stop the grace time", () => {
  for (const events of [
    [...STABLE, "pageHid", LOST],
    [...STABLE, "pageHid", LOST, "retryCame"],
  ]) {
    assert.deepEqual(does(walk(events).effects, "stopTimers"), [{ do: "stopTimers", keep: "grace" }]);
  }
});

test("a tab opened in the background waits until it is seen", () => {
  const { state, effects } = walk([{ type: "started", page: "hidden", network: "online" }]);
  assert.equal(state.reason, "hidden");
  assert.equal(does(effects, "fetchToken").length, 0);
  assert.equal(walk(["pageShown"], state).state.phase, "connecting");
});

test("offline makes no attempts, also for a page that comes back to sight", () => {
  const { state } = walk(
    ["pageHid", "graceEnded", "pageShown", "nudged", "retryCame"],
    walk(RESTS.offline).state,
  );
  assert.equal(state.reason, "offline");
  assert.equal(walk(["cameOnline"], state).state.phase, "connecting");
});

test("online while hidden waits for somebody to look", () => {
  assert.equal(walk([...RESTS.hidden, "wentOffline", "cameOnline"]).state.reason, "hidden");
});

test("after giving up a visible page asks for health once a minute and tries once when answered", () => {
  const gaveUp = walk(GAVE_UP);
  assert.deepEqual(timer(gaveUp.effects, "breaker"), {
    do: "startTimer",
    name: "breaker",
    ms: 60_000,
    jitter: 0.2,
  });
  const asked = walk(["breakerCame"], gaveUp.state);
  assert.equal(does(asked.effects, "askHealth").length, 1);
  assert.ok(timer(walk(["healthFailed"], asked.state).effects, "breaker"));
  const tried = walk(["healthAnswered"], asked.state);
  assert.equal(tried.state.phase, "connecting");
  assert.equal(walk(["tokenFailed"], tried.state).state.reason, "gave_up");
});

test("nobody looks, nobody asks for health", () => {
  const hidden = walk([...GAVE_UP, "pageHid"]);
  assert.deepEqual(does(hidden.effects, "stopTimer"), [{ do: "stopTimer", name: "breaker" }]);
  assert.equal(walk([...GAVE_UP, "pageHid", "graceEnded"]).state.reason, "hidden");
});

test("a token is renewed in place at four fifths of its lifetime, whatever the wall clock says", () => {
  assert.equal(
    timer(walk([...CONNECTING, { type: "tokenArrived", expiresInMs: 300_000 }]).effects, "renew").ms,
    240_000,
  );
  const aged = walk([...STABLE, "tokenAged"]);
  assert.equal(aged.state.phase, "connected");
  const renewed = walk([{ type: "tokenArrived", expiresInMs: 100_000 }], aged.state);
  assert.equal(renewed.state, aged.state);
  assert.deepEqual(renewed.effects, [
    { do: "renewAuth" },
    { do: "startTimer", name: "renew", ms: 80_000, jitter: undefined },
  ]);
  assert.ok(timer(walk(["tokenFailed"], aged.state).effects, "renew"));
});

test("silence of a heartbeat and ten seconds drops the connection and comes back", () => {
  assert.equal(timer(walk(CONNECTED).effects, "silence").ms, 40_000);
  assert.equal(timer(walk([...STABLE, "heard"]).effects, "silence").ms, 40_000);
  const { state, effects } = walk([...STABLE, "fellSilent"]);
  assert.equal(state.phase, "reconnecting");
  assert.equal(does(effects, "closeSocket").length, 1);
});

test("opening and authenticating have ten seconds together", () => {
  assert.equal(timer(walk(CONNECTING).effects, "deadline").ms, 10_000);
  assert.equal(does(walk(AUTHENTICATING).effects, "startTimer").length, 0);
  for (const events of [CONNECTING, AUTHENTICATING])
    assert.equal(walk([...events, "deadlinePassed"]).state.phase, "reconnecting");
});

test("a standing hole is asked for again on a new connection, by the ladder if that does not help", () => {
  assert.ok(timer(walk([...STABLE, "lagged"]).effects, "hole").ms <= 5_000);
  const again = walk([...STABLE, "holeStood"]);
  assert.equal(again.state.phase, "connecting");
  const second = walk(
    [{ type: "tokenArrived", expiresInMs: 1e5 }, "opened", "welcomed", "holeStood"],
    again.state,
  );
  assert.equal(second.state.phase, "reconnecting");
});

test("ghosts of older generations change nothing", () => {
  const { state } = walk(STABLE);
  for (const type of EVENTS) {
    assert.deepEqual(step(state, { type, generation: state.generation - 1, code: 4410 }, POLICY), [
      state,
      [],
    ]);
  }
});

test("what the server sends as policy replaces only what fits", () => {
  const policy = policyFrom({
    hidden_grace_ms: 500,
    retry_delays_ms: [1],
    heartbeat_ms: "soon",
    retry_jitter: -1,
    other: 3,
  });
  assert.equal(policy.hidden_grace_ms, 500);
  assert.deepEqual(policy.retry_delays_ms, [1]);
  assert.equal(policy.heartbeat_ms, POLICY.heartbeat_ms);
  assert.equal(policy.retry_jitter, POLICY.retry_jitter);
  assert.equal("other" in policy, false);
  assert.equal(policyFrom(null), POLICY);
});

test("a random walk of 100,000 steps never breaks the rules of the house", () => {
  const random = loadedDice(7);
  const dice = (sides) => Math.floor(random() * sides);
  // Most steps are the ordinary course of a connection, so that the walk also gets far.
  const ordinary = ["tokenArrived", "tokenFailed", "opened", "welcomed", "retryCame", "closed"];
  const codes = [...Array(20).fill(1006), 4999, ...CLOSE_CODES.map(({ code }) => code)];
  let state = INITIAL;
  let sockets = 0;
  const armed = new Set();
  const phases = new Set();
  for (let count = 0; count < 100_000; count += 1) {
    const type = dice(5) === 0 ? EVENTS[dice(EVENTS.length)] : ordinary[dice(ordinary.length)];
    const isTimer = Object.values(TIMERS).includes(type);
    const timerName = Object.keys(TIMERS).find((name) => TIMERS[name] === type);
    if (isTimer && !armed.has(timerName)) continue; // a timer that is not armed cannot fire
    if (isTimer) armed.delete(timerName);
    if (type === "opened" && sockets === 0) continue; // no socket, nothing to open
    if (type === "tokenArrived" && state.phase === "connecting" && sockets === 1) continue; // answered once
    const event = { type, code: codes[dice(codes.length)], expiresInMs: 300_000 };
    if (!isTimer && dice(4) === 0) event.generation = state.generation - dice(2);
    const before = state;
    const [after, effects] = step(before, event, POLICY);
    for (const effect of effects) {
      if (effect.do === "closeSocket") sockets = 0;
      if (effect.do === "openSocket") sockets += 1;
      if (effect.do === "startTimer") armed.add(effect.name);
      if (effect.do === "stopTimer") armed.delete(effect.name);
      if (effect.do === "stopTimers")
        for (const name of [...armed]) if (name !== effect.keep) armed.delete(name);
    }
    state = after;
    phases.add(`${state.phase}/${state.reason}`);
    const where = `${before.phase}/${before.reason} × ${type} → ${state.phase}/${state.reason}`;
    assert.ok(sockets <= 1, `at most one socket: ${where}`);
    assert.equal(
      armed.has("retry"),
      state.phase === "reconnecting",
      `retry armed only while waiting: ${where}`,
    );
    assert.ok(state.generation >= before.generation);
    assert.ok(state.attempt <= POLICY.retry_max_attempts);
    if (state.phase === "disconnected") {
      assert.equal(sockets, 0, `a resting connection holds no socket: ${where}`);
      for (const name of armed) assert.ok(["grace", "breaker"].includes(name), `${name} armed: ${where}`);
    }
    if (armed.has("breaker")) assert.equal(state.reason, "gave_up");
    if (state.phase !== "disconnected") assert.equal(state.reason, "");
    if (state.phase === "connecting" && before.phase !== "connecting") assert.ok(armed.has("deadline"));
    if (state.phase === "connected")
      assert.ok(armed.has("silence") || type === "fellSilent", `silence watched: ${where}`);
    if (
      ["hidden", "offline"].includes(state.reason) &&
      !["reconnectAsked", "signedIn", "started"].includes(type)
    ) {
      assert.equal(
        effects.some((effect) => effect.do === "fetchToken"),
        false,
      );
    }
  }
  assert.equal(phases.size, 4 + 1 + REASONS.length, `visited only ${[...phases]}`);
});
