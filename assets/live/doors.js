// The HTTP doors the browser knocks at: token, sign-in, sign-out, test notification, health.
// Turns status codes into facts and sentences; never touches the socket, the inbox or the page.
// Used by connection.js.

/** @import {Answer, World} from "./types.js" */

/** @typedef {{user: string | null, session: string | null}} Bearer whom a token is for
 * @typedef {{kind: "granted", token: string, bearer: Bearer, expiresInMs: number, policy: unknown}
 *   | {kind: "denied"} | {kind: "failed", retryAfterMs?: number}} TokenAnswer */

export const UNREACHABLE = "The server cannot be reached. Try again in a moment.";
const SIGN_IN_ERRORS = new Map([
  [401, "The name or the password is wrong."],
  [403, "This address is not allowed to sign in here."],
  [422, "Enter a name and a password."],
]);

/** Read whom a token is for. Nothing is decided by it but whose cache to show: the server checks signatures.
 * @param {string} token
 * @returns {Bearer} */
function bearerOf(token) {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { sub = null, sid = null } = JSON.parse(atob(payload));
    return { user: sub, session: sid };
  } catch {
    return { user: null, session: null };
  }
}

/** @param {any} body @returns {TokenAnswer} */
function granted(body) {
  const expiresInMs = Number(body.expires_in ?? 300) * 1_000;
  return {
    kind: "granted",
    token: body.token,
    bearer: bearerOf(body.token),
    expiresInMs,
    policy: body.policy,
  };
}

/** @param {Answer} answer */
function signInError({ status, retryAfterMs }) {
  if (status !== 429) return SIGN_IN_ERRORS.get(status) ?? UNREACHABLE;
  const minutes = Math.max(1, Math.ceil((retryAfterMs ?? 60_000) / 60_000));
  return `Too many attempts. Try again in ${minutes} min.`;
}

/** @param {World} world */
export function createDoors(world) {
  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<Answer>} */
  const knock = (method, path, body) =>
    world.call(method, path, body).catch(() => ({ status: 0, body: null }));
  const isFine = (/** @type {Answer} */ { status }) => status >= 200 && status < 300;

  return {
    /** @returns {Promise<TokenAnswer>} */
    async token() {
      const answer = await knock("POST", "/api/v1/session/token");
      if (answer.status === 401) return { kind: "denied" };
      const isToken = isFine(answer) && typeof answer.body?.token === "string";
      return isToken ? granted(answer.body) : { kind: "failed", retryAfterMs: answer.retryAfterMs };
    },

    /** Answers with a sentence for the person, empty when signed in.
     * @param {string} username @param {string} password */
    async signIn(username, password) {
      const answer = await knock("POST", "/api/v1/session", { username, password });
      return isFine(answer) ? "" : signInError(answer);
    },

    /** Answers with a sentence for the person, empty when the session is over. */
    async signOut() {
      const answer = await knock("DELETE", "/api/v1/session");
      const isOver = isFine(answer) || answer.status === 401;
      return isOver ? "" : "You are still signed in: the server cannot be reached.";
    },

    async sendTest() {
      const answer = await knock("POST", "/api/v1/notifications/test");
      if (isFine(answer)) return "";
      return answer.status === 429 ? "That was quick. Try again in a moment." : UNREACHABLE;
    },

    async isHealthy() {
      return isFine(await knock("GET", "/healthz"));
    },
  };
}
