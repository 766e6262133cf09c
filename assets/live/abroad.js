// What a page of another app does without a session: it stays, and begins anew once the person has signed in.
// A sign-in happens on the address of Tidings, so the only sign of it is that somebody comes back to this page.
// Called by tab.js.

/** Where Tidings is, when a page of another app shows its notifications. @param {string} named @param {string} here */
export function namedServer(named, here) {
  const http = named || here;
  return { http, ws: `${http.replace(/^http/, "ws")}/ws` };
}

let isWaiting = false;

/** @param {{http: string}} server @param {{document: Document, location: Location, ask: typeof fetch}} page */
export function awaitSignIn({ http }, { document, location, ask }) {
  if (isWaiting) return;
  isWaiting = true;
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    const answer = await ask(`${http}/api/v1/session`, { credentials: "include" }).catch(() => null);
    if (answer?.ok) location.reload();
  });
}
