// Stands for the client of Reflex's own socket in an app without state on the server: nothing calls it.
// Somebody who gives the app a State hears what to take away. Laid into the build by plugin.py.

export default function io() {
  throw new Error("These pages are built without Reflex's socket: take LeanPages out of rxconfig.py to use a State.");
}
