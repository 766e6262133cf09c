// What a row says to somebody who does not see it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { firstLine, rowName } from "../../assets/ui/names.js";

const item = (more) => ({ title: "Disk full", level: "error", source: "backup", read_at: null, priority: 3, pinned_at: null, snoozed_until: null, ...more });

test("what is unread says so first", () => {
  assert.equal(rowName(item({})), "Unread error from backup: Disk full, ");
  assert.equal(rowName(item({ read_at: "x" })), "Error from backup: Disk full, ");
});

test("nobody in particular sent it", () => {
  assert.equal(rowName(item({ source: "" })), "Unread error: Disk full, ");
  assert.equal(rowName(item({ source: null, read_at: "x", level: "info" })), "Info: Disk full, ");
});

test("what the eye sees at the edge, the ear hears at the end", () => {
  assert.equal(
    rowName(item({ priority: 5, pinned_at: "x", snoozed_until: "x", pending: true })),
    "Unread error from backup: Disk full, urgent, pinned, snoozed, waiting to be sent, ",
  );
});

test("the first line is shown without the signs that format it", () => {
  const line = (body, format = "markdown") => firstLine({ body, format });
  assert.equal(line("\n## What **happened**\nmore"), "What happened");
  assert.equal(line("*soft* and _low_ and 2 * 3 * 4"), "soft and low and 2 * 3 * 4");
  assert.equal(line("- see [the graph](https://x.example) and `df`"), "see the graph and df");
  assert.equal(line("2 * 3 * 4 and snake_case_name"), "2 * 3 * 4 and snake_case_name");
  assert.equal(line("# plain **text**", "text"), "# plain **text**");
  assert.equal(line(""), "");
});
