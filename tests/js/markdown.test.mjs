// Markdown of strangers: what it may become, and that nothing else ever comes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Lexer } from "marked";
import { read } from "../../assets/ui/markdown.js";

const SITE = "https://tidings.example";
const lex = (text) => new Lexer({ gfm: true }).lex(text);
const tree = (text) => read(text, lex, SITE);

/** As HTML, to be read by people. */
const html = (nodes) =>
  nodes
    .map((node) => {
      if (typeof node === "string") return node;
      const props = Object.entries(node.props).map(([name, value]) => ` ${name}="${value}"`);
      return `<${node.tag}${props.join("")}>${html(node.inside)}</${node.tag}>`;
    })
    .join("");

const every = (nodes) => nodes.flatMap((node) => (typeof node === "string" ? [] : [node, ...every(node.inside)]));

const TAGS = new Set("p strong em del blockquote code pre a br hr ul ol li h3 h4 h5 h6 table thead tbody tr th td span".split(" "));
const PROPS = new Set(["href", "target", "rel", "start", "className"]);

const SAID = [
  ["**bold** and *soft* and ~~gone~~", "<p><strong>bold</strong> and <em>soft</em> and <del>gone</del></p>"],
  ["# One\n\n##### Five", "<h3>One</h3><h6>Five</h6>"],
  ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
  ["3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'],
  ["- [x] done\n- [ ] not", '<ul><li className="task">☑ done</li><li className="task">☐ not</li></ul>'],
  ["`a<b>` &amp; &lt;", "<p><code>a<b></code> & <</p>"],
  ["```sh\nrm -rf\n```", "<pre><code>rm -rf</code></pre>"],
  ["<b>bold?</b>\n\nno", "<p><b>bold?</b></p><p>no</p>"],
  ["> quoted", "<blockquote><p>quoted</p></blockquote>"],
  ["|a|b|\n|-|-|\n|1|2|", "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"],
  ["[here](/users)", `<p><a href="${SITE}/users">here</a></p>`],
];
for (const [text, expected] of SAID) test(JSON.stringify(text), () => assert.equal(html(tree(text)), expected));

test("a link elsewhere opens elsewhere, tells nothing of here, and says where it goes", () => {
  const [link] = every(tree("[your bank](https://evil.example/x)")).filter(({ tag }) => tag === "a");
  assert.deepEqual(link.props, { href: "https://evil.example/x", target: "_blank", rel: "noopener noreferrer" });
  assert.ok(html([link]).includes("(evil.example)"));
  assert.ok(!html(tree("https://example.org/a")).includes("("), "an address says so itself");
});

test("a picture is offered, not loaded: it would tell its sender who looked", () => {
  const found = every(tree("![a cat](https://pixel.example/1.gif)"));
  assert.deepEqual(found.map(({ tag }) => tag), ["p", "a", "span"]);
});

// Ways to get code into a page, as collections of such ways list them.
const EVIL = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<a href='javascript:alert(1)'>x</a>",
  "<details open ontoggle=alert(1)>",
  "<style>*{display:none}</style>",
  "<base href=//evil.example>",
  "<form action=//evil.example><input name=password></form>",
  "<!--><script>alert(1)</script>-->",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](javascript&colon;alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](\x01javascript:alert(1))",
  "[x](vbscript:msgbox(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](file:///etc/passwd)",
  "[x](blob:https://tidings.example/1)",
  "<javascript:alert(1)>",
  "![x](javascript:alert(1))",
  "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
  '![x](x "onerror=alert(1)")',
  '[x](/ "onmouseover=alert(1)")',
  "[x][r]\n\n[r]: javascript:alert(1)",
  "[x][r]\n\n[r]: data:text/html;base64,PHNjcmlwdD4=",
  "[<img src=x onerror=alert(1)>](https://example.org)",
  "`<script>alert(1)</script>`",
  "```\n<script>alert(1)</script>\n```",
  "```\"><script>alert(1)</script>\nx\n```",
  "|<script>alert(1)</script>|b|\n|-|-|\n|<img src=x onerror=alert(1)>|2|",
  "> <script>alert(1)</script>",
  "- <img src=x onerror=alert(1)>",
  "# <svg onload=alert(1)>",
  "**<script>alert(1)</script>**",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;script&#62;alert(1)",
  "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
  "[__proto__](javascript:alert(1)) {{constructor.constructor('alert(1)')()}}",
  "<https://example.org/\"onmouseover=alert(1)>",
];
for (const text of EVIL)
  test(`harmless: ${JSON.stringify(text)}`, () => {
    for (const { tag, props } of every(tree(text))) {
      assert.ok(TAGS.has(tag), tag);
      for (const name of Object.keys(props)) assert.ok(PROPS.has(name), name);
      if ("href" in props) assert.match(props.href, /^https?:\/\//);
    }
  });

test("tokens nobody knows, and names from the prototype, are shown as they were written", () => {
  for (const type of ["constructor", "__proto__", "toString", "footnote"])
    assert.deepEqual(read("", () => [{ type, raw: "<b>" }], SITE), ["<b>"]);
});

test("a text that the lexer chokes on is shown as it was written", () => {
  const choking = () => {
    throw new RangeError("too deep");
  };
  assert.equal(html(read("> a", choking, SITE)), "<p>> a</p>");
});

const LARGEST = 16 * 1024;
for (const part of [">", "> ", "[", "*a **a ", "`", "![", "_a ", "- ", "<", "<a ", "&", "[a](b", "\n", " ", "a@a.", "http://", "*_", "|a"])
  test(`the largest body made of ${JSON.stringify(part)} is read in no time`, () => {
    const began = performance.now();
    const found = tree(part.repeat(LARGEST / part.length));
    assert.ok(performance.now() - began < 2_000);
    assert.ok(every(found).length < LARGEST);
  });
