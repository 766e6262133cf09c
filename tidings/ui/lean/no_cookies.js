// Stands for the package by which Reflex keeps values of a State in cookies: an app without one keeps none.
// Laid into the build by plugin.py.

function refuse() {
  throw new Error("These pages are built without Reflex's cookies: take LeanPages out of rxconfig.py to use them.");
}

export default class NoCookies {
  get = refuse;
  set = refuse;
  remove = refuse;
}
