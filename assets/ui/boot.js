// Before anything is seen: the reader's language, its direction and the density of the lists, and the page that was
// rendered ahead of time in English said in that language. Runs in the head, before the body is read; no module, no React.
// Written into every page by tidings/ui/app.py; words.js takes over from here, preferences.js keeps `tidings.looks`.
(() => {
  // A file of this page that is gone is one of an older build: then the page itself is old, and loading it again is the
  // remedy. Once: what is still missing after that is missing for another reason. A file that a link is to bring
  // later, on the way to another page, is looked after by the router in the same way.
  const MENDED = "tidings.mendedAt", ENOUGH_MS = 60_000;
  addEventListener("error", ({ target }) => {
    const isSheet = target instanceof HTMLLinkElement && target.rel === "stylesheet";
    if (!(target instanceof HTMLScriptElement || isSheet) || !navigator.onLine) return;
    try {
      if (Date.now() - Number(sessionStorage.getItem(MENDED)) < ENOUGH_MS) return;
      sessionStorage.setItem(MENDED, String(Date.now()));
    } catch {
      return; // what cannot be remembered could happen again and again
    }
    location.reload();
  }, { capture: true });

  const root = document.documentElement;
  const languages = ["en", "de", "es", "ar"]; // as in words.js
  /** @type {{density?: string, language?: string}} */
  let looks = {};
  const shelf = /** @type {{tidingsWords?: import("./words.js").Catalogue}} */ (/** @type {unknown} */ (globalThis));
  try {
    looks = JSON.parse(localStorage.getItem("tidings.looks") ?? "{}") ?? {};
  } catch {
    // a browser that keeps nothing: then it is as for a stranger
  }
  if (looks.density === "compact") root.dataset.density = "compact";
  const wanted = [looks.language, ...(navigator.languages ?? [])].map((tag) => String(tag).split("-")[0] ?? "");
  const language = wanted.find((tag) => languages.includes(tag)) ?? "en";
  if (language === "en") return;

  // The one way by which the parser waits: the first thing that is seen is in the right language.
  document.write(`<script src="/words/${language}.js"></` + "script>");

  const SPOKEN = ["aria-label", "title", "placeholder"];
  const SKIPPED = new Set(["SCRIPT", "STYLE"]);
  let isReady = false;

  function begin() {
    isReady = shelf.tidingsWords !== undefined;
    if (!isReady) return; // the catalogue did not come: English it is
    root.lang = language;
    root.dir = language === "ar" ? "rtl" : "ltr";
  }
  /** @typedef {{names: string[], expression: RegExp, translation: string}} Pattern */
  /** @type {Pattern[] | null} */
  let patterns = null;
  /** Sentences with values, the longest first: the more words of a sentence fit, the surer it is that one. */
  function compiled() {
    const all = Object.entries(shelf.tidingsWords?.sentences ?? {}).sort(([one], [other]) => other.length - one.length);
    return all.flatMap(([text, translation]) => {
      const [first, ...rest] = text.split(/\{(\w+)\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      if (rest.length === 0 || typeof translation !== "string") return [];
      const names = rest.filter((_, place) => place % 2 === 0);
      const source = rest.map((piece, place) => (place % 2 ? piece : "(.+)")).join("");
      return [{ names, translation, expression: new RegExp(`^${first}${source}$`) }];
    });
  }
  /** @param {string} text @returns {string} */
  function said(text) {
    const whole = shelf.tidingsWords?.sentences[text];
    if (typeof whole === "string" || !/[a-z]/i.test(text)) return typeof whole === "string" ? whole : text;
    patterns ??= compiled();
    for (const { names, expression, translation } of patterns) {
      const found = expression.exec(text);
      const values = new Map(names.map((name, place) => [name, said(found?.[place + 1] ?? "")]));
      if (found) return translation.replace(/\{(\w+)\}/g, (_, name) => values.get(name) ?? "");
    }
    return text;
  }
  /** @param {Node} node */
  function translate(node) {
    if (node instanceof Text) {
      const text = said(node.data);
      if (text !== node.data) node.data = text;
    }
    if (!(node instanceof Element) || SKIPPED.has(node.nodeName)) return;
    for (const name of SPOKEN) {
      const text = node.getAttribute(name);
      if (text) node.setAttribute(name, said(text));
    }
    node.childNodes.forEach(translate);
  }
  // Told before each painting of what the parser has read meanwhile.
  const watcher = new MutationObserver((records) => {
    if (!isReady) begin();
    if (isReady) for (const { addedNodes } of records) addedNodes.forEach(translate);
  });
  watcher.observe(root, { childList: true, subtree: true });
  document.addEventListener("readystatechange", () => {
    watcher.disconnect();
    if (isReady) translate(root); // also what came in two halves
  }, { once: true });
})();
