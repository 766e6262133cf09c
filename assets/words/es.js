// Made by scripts/words from translations/. A script: a page can wait for it before it is seen.
globalThis.tidingsWords = {
language: "es", sentences: {
}};
