// The scripts of a page as React Router names them in its head, asked for after its styles: these are all that the first
// picture needs, and on a slow line a dozen scripts beside them take nine tenths of it. Laid into the build by plugin.py.

import { Children, cloneElement } from "react";
import { Scripts } from "react-router";

/** @param {any} element */
const isPreload = (element) => element?.props?.rel === "modulepreload";

/** @param {any} props as React Router's own */
export function ScriptsAfterStyles(props) {
  const drawn = Scripts(props); // it has its own hooks: to be called the same way each time
  if (drawn === null) return null;
  const later = (/** @type {any} */ one) => (isPreload(one) ? cloneElement(one, { fetchPriority: "low" }) : one);
  return cloneElement(drawn, {}, Children.map(drawn.props.children, later));
}
