// Drops the rules of components that no page draws from the style sheet of Radix Themes.
// A rule stays as long as one of its selectors names a component in use, or none at all. Runs in PostCSS, after the
// sheets were put together and before the build names the result by its content. Laid there by plugin.py.

const COMPONENT = /\.rt-([A-Z]\w*)/g;

/** @typedef {object} Rule as PostCSS has it
 * @property {string[]} selectors
 * @property {{input: {file?: string}}} [source]
 * @property {{type: string, nodes?: unknown[], remove: () => void}} parent
 * @property {() => void} remove */

/** @param {{sheet: string, used: string[]}} options */
export default function usedStyles({ sheet, used }) {
  /** @param {string} selector */
  const isUsed = (selector) =>
    [...selector.matchAll(COMPONENT)].every(([, name = ""]) => used.some((one) => name.startsWith(one)));

  /** @param {Rule} rule */
  function weed(rule) {
    if (!rule.source?.input.file?.replaceAll("\\", "/").endsWith(sheet)) return;
    const kept = rule.selectors.filter(isUsed);
    if (kept.length > 0) rule.selectors = kept;
    else rule.remove();
  }

  return {
    postcssPlugin: "used-styles",
    /** @param {{walkRules: (work: (rule: Rule) => void) => void}} root */
    Once: (root) => root.walkRules(weed),
  };
}
usedStyles.postcss = true;
