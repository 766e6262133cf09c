"""What is left out of the build, and what happens when Reflex writes its settings otherwise."""

import subprocess
import sys
from pathlib import Path

import pytest

from tidings.ui.lean import plugin

SPLIT = "codeSplitting: {\n          groups: [\n            { test: /env.json/ },\n          ],\n        },"
DOCUMENT = "export function Layout() { return jsx(ScrollRestoration,{},),jsx(Scripts,{},) }"
VITE = "resolve: {\n    alias: [\n      { find: '$' },\n    ],\n  },"
POSTCSS = 'plugins: {\n    "postcss-import": {},\n    autoprefixer: {},\n  },'
NODE = Path(sys.executable).parent / "node"  # where requirements.txt puts it
WEEDING = """
import usedStyles from "%s";
function made(selectors, file) {
  return { selectors, source: { input: { file } }, remove() { this.isGone = true; } };
}
const radix = "/x/node_modules/@radix-ui/themes/components.css";
const rules = [
  made([".rt-BaseMenuItem:hover", ".rt-Button:hover"], radix),
  made([".rt-Button .rt-BaseMenuItem"], radix),
  made([":where(.radix-themes)"], radix),
  made([".rt-Button"], "/x/ui/base.css"),
];
const options = { sheet: "@radix-ui/themes/components.css", used: ["BaseMenu"] };
usedStyles(options).Once({ walkRules: (work) => rules.forEach(work) });
console.log(JSON.stringify(rules.map(({ selectors, isGone }) => (isGone ? null : selectors))));
"""


def test_packages_that_no_page_needs_are_named_once_however_often_reflex_compiles() -> None:
    once = plugin.with_less(VITE)
    assert plugin.with_less(once) == once
    assert all(once.count(name) == 1 for name in plugin.INSTEAD.values())
    assert "{ find: '$' }" in once


def test_scripts_are_put_together_once_however_often_reflex_compiles() -> None:
    once = plugin.with_few_scripts(SPLIT)
    assert plugin.with_few_scripts(once) == once
    assert once.index('"router"') < once.index("env.json")


def test_scripts_are_asked_for_by_what_puts_the_styles_first() -> None:
    document = plugin.with_styles_first(DOCUMENT)
    assert plugin.with_styles_first(document) == document
    assert "jsx(ScriptsAfterStyles,{},)" in document


def test_styles_are_weeded_after_the_sheets_are_one_and_before_prefixes_come() -> None:
    names = plugin.with_used_styles(POSTCSS)
    assert names.index("postcss-import") < names.index(plugin.STYLES) < names.index("autoprefixer")


def test_other_settings_of_reflex_end_the_build_with_a_sentence() -> None:
    with pytest.raises(plugin.BuildHasChanged, match=r"vite\.config\.js has no line"):
        plugin.with_less("resolve: {}")
    with pytest.raises(plugin.BuildHasChanged, match=r"postcss\.config\.js has no line"):
        plugin.with_used_styles("plugins: {}")
    with pytest.raises(plugin.BuildHasChanged, match=r"vite\.config\.js has no line"):
        plugin.with_few_scripts("resolve: {}")
    with pytest.raises(plugin.BuildHasChanged, match=r"_document\.js has no line"):
        plugin.with_styles_first("export function Layout() {}")


def test_of_radix_only_rules_for_components_in_use_stay_and_ours_all() -> None:
    script = WEEDING % (plugin.HERE / plugin.STYLES).as_uri()
    told = subprocess.run(
        [NODE, "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert told == '[[".rt-BaseMenuItem:hover"],null,[":where(.radix-themes)"],[".rt-Button"]]'
