import * as fc from "fast-check";

const quotes = ["'", '"', "`", "\\'", '\\"', "\\`"];
const blanks = [" ", "  ", "\t", "\n", "\n", "\n", "\r\n", "\r"];
const words = [
  "a",
  "b#",
  "#c",
  " # d",
  "\\n",
  "\\r",
  "\\",
  "\\\\",
  "\\\n",
  "é🔑",
  "\u00a0",
  "=",
  ":",
  ": ",
  ";",
  "x y",
];
const dollars = ["$", "$K", "${K}", "${", "}", "$$", "\\$", "${K:-x}"];
const starts = [
  "\nK=",
  "\nAFTER=",
  "\nexport K=",
  "\n export  AFTER = ",
  "\nBAD-NAME=",
  "\nK: ",
  "\n# ",
  "\nK",
  "\nKK=",
  "=",
];

/** Text as people and programs write env files, and as neither should. */
export function hostileText(pieces: number): fc.Arbitrary<string> {
  const piece = fc.oneof(...[starts, quotes, blanks, words, words, dollars].map((kind) => fc.constantFrom(...kind)));
  return fc.array(piece, { maxLength: pieces }).map((parts) => parts.join(""));
}
