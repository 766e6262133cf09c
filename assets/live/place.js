// Where Tidings is, seen from this page: for its own pages the server they came from.
// No thought here. In another app, whose pages only show notifications, tidings/embed/plugin.py writes this file anew.
// Called by provider.jsx, tab.js and the pieces of assets/ui that are shown in other apps.

/** @type {Readonly<{server: string | null, signIn: string}>} an origin, or empty for that of the page */
export const PLACE = Object.freeze({ server: null, signIn: "/login" });
