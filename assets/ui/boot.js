// Before anything is seen: the reader's language, its direction and the density of the lists, and the page that was
// rendered ahead of time in English said in that language. Runs in the head, before the body is read; no module, no React.
// Written into every page by tidings/ui/app.py; words.js takes over from here, preferences.js keeps `tidings.looks`.
(() => {
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
  /** @param {string} text */
  function said(text) {
    const sentences = shelf.tidingsWords?.sentences ?? {};
    const whole = sentences[text];
    if (typeof whole === "string") return whole;
    const page = sentences[/^(.*) · Tidings$/.exec(text)?.[1] ?? ""];
    return typeof page === "string" ? `${page} · Tidings` : text;
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
