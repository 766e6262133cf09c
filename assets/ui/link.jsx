// The link of a notification, as a button that says where it goes.
// The last guard against addresses that run code: whatever is not http(s) is not a link here.
// Used by tidings/ui/row.py.

import { inWords } from "./words.js";

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

/** @param {{url: string, className?: string, children?: React.ReactNode}} props */
export function LinkButton({ url, className, children }) {
  const address = safeAddress(url, window.location.origin);
  if (address === null) return null;
  const here = address.origin === window.location.origin;
  const elsewhere = here ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return (
    <a className={className} href={address.href} {...elsewhere}>
      <span>{inWords("Open {place}", { place: here ? address.pathname : address.host })}</span>
      {here ? null : children}
      {here ? null : <span className="spoken"> {inWords("(new tab)")}</span>}
    </a>
  );
}
