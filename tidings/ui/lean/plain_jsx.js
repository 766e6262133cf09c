// Stands for the package by which Reflex styles components in Python: these pages have classes and style sheets.
// What is left are declarations of one element, a width that is data; they become its own style. Rules with selectors
// cannot, and because pages are rendered at the build they end it. Laid into it by plugin.py.

import { createElement } from "react";

/** @param {any} type @param {any} props @param {any[]} children */
export function jsx(type, props, ...children) {
  if (props?.css === undefined) return createElement(type, props, ...children);
  const { css, ...others } = props;
  const rules = Object.keys(css).filter((name) => typeof css[name] === "object");
  if (rules.length > 0) throw new Error(`Name a class instead of these styles: ${rules.join(", ")}. See tidings/ui/lean.`);
  const style = { ...css, ...others.style };
  return createElement(type, Object.keys(style).length > 0 ? { ...others, style } : others, ...children);
}
