import { expect, test } from "vitest";
import { escaped, lengthOn, type Notation, styled, toggled, visible } from "./markup";

const shown = (text: string, notation: Notation) =>
  styled(text, notation)
    .map((piece) => (piece.styles.length > 0 ? `‹${piece.styles.join("+")}:${piece.text}›` : piece.text))
    .join("");

test.each([
  ["markdown", "*Hi* _you_", "‹bold:Hi› ‹italic:you›"],
  ["markdown", "1\\.5 __u__ ~s~ ||x||", "1.5 ‹underline:u› ‹strike:s› ‹spoiler:x›"],
  ["markdown", "*a _b_*", "‹bold:a ›‹bold+italic:b›"],
  ["markdown", "[here](https://a.b)", "‹link:here›"],
  ["markdown", "```js\nx*y*\n```", "‹pre:x*y*›"],
  ["markdown", "*open", "*open"],
  ["markdown", "*{{ a * b }}*", "‹bold+hole:{{ a * b }}›"],
  ["html", "<b>a &lt; <i>b</i></b>", "‹bold:a < ›‹bold+italic:b›"],
  ["html", '<a href="https://a.b">x</a>', "‹link:x›"],
  ["discord", "**b** *i* ~~s~~", "‹bold:b› ‹italic:i› ‹strike:s›"],
  ["discord", "# Title\n> said", "‹heading:Title›\n‹quote:said›"],
  ["discord", "a_b", "a_b"],
  ["plain", "*a* {{ user.name }}", "*a* ‹hole:{{ user.name }}›"],
] as [Notation, string, string][])("%s: %s", (notation, text, expected) =>
  expect(shown(text, notation)).toBe(expected),
);

test.each([
  ["markdown", "say hi", 4, 6, "bold", "say *hi*"],
  ["markdown", "say *hi*", 5, 7, "bold", "say hi"],
  ["discord", "say hi", 4, 6, "bold", "say **hi**"],
  ["discord", "say **hi**", 6, 8, "italic", "say ***hi***"],
  ["html", "say hi", 4, 6, "link", 'say <a href="https://">hi</a>'],
  ["discord", "a\nb", 0, 3, "quote", "> a\n> b"],
  ["discord", "> a\n> b", 2, 7, "quote", "a\nb"],
] as const)("%s: %s marked", (notation, text, from, to, mark, expected) =>
  expect(toggled(text, from, to, mark, notation).text).toBe(expected),
);

test("lengths and escapes", () => {
  expect(visible("*Hi* {{ user.name }}", "markdown")).toBe("Hi ");
  expect(lengthOn("*Hi* {{ user.name }}", "markdown")).toBe(2);
  expect(lengthOn("**Hi** 😀", "discord")).toBe(8);
  const text = "1.5 (a) {{ x.y }}";
  expect(escaped(text, "markdown")).toBe("1\\.5 \\(a\\) {{ x.y }}");
  expect(visible(escaped("a < b_c!", "markdown"), "markdown")).toBe("a < b_c!");
  expect(visible(escaped("a < b & c", "html"), "html")).toBe("a < b & c");
});
