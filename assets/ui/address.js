// The last guard against addresses that run code: whatever is not http(s) is no link in these pages.
// Pure. Called by link.jsx and markdown.js.

/**
 * Return the address if it may be opened, else null. A path is one of this site.
 * @param {string} url
 * @param {string} site
 */
export function safeAddress(url, site) {
  try {
    const address = new URL(url, site);
    return ["http:", "https:"].includes(address.protocol) ? address : null;
  } catch {
    return null;
  }
}
