// The link of a notification, as a button that says where it goes.
// An address that may not be opened is no link at all: see address.js.
// Used by tidings/ui/row_pieces.py.

import { safeAddress } from "./address.js";
import { inWords } from "./words.js";

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
