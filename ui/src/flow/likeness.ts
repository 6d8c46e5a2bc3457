import type { Descriptor } from "../api";
import { matches } from "./kinds";

/** Kinds of nodes by what a person wants, in the words they would use for it, in any language the program speaks. */

/** Words that mean one thing, each line from the plainest on. They are looked up in titles, synonyms and helps. */
const MEANINGS: readonly string[][] = [
  ["send", "say", "reply", "write", "answer", "tell", "text", "senden", "sagen", "antworten", "schreiben", "nachricht"],
  ["ask", "question", "input", "prompt", "form", "fragen", "frage", "eingabe"],
  ["button", "menu", "choice", "keyboard", "knopf", "auswahl", "schaltfläche"],
  ["if", "condition", "check", "compare", "decide", "when", "wenn", "bedingung", "prüfen", "entscheiden"],
  ["switch", "case", "route", "branch", "fall", "verzweigen"],
  ["loop", "repeat", "each", "foreach", "for", "while", "iterate", "schleife", "wiederholen", "jede"],
  ["delay", "wait", "sleep", "pause", "later", "warten", "verzögern", "später"],
  ["schedule", "every", "daily", "cron", "timer", "morning", "täglich", "zeitplan", "regelmäßig"],
  ["http", "api", "request", "fetch", "web", "rest", "call", "webhook", "url", "abrufen", "anfrage"],
  ["set", "variable", "store", "remember", "save", "assign", "setzen", "merken", "speichern"],
  ["photo", "image", "picture", "video", "file", "media", "audio", "foto", "bild", "datei"],
  ["random", "chance", "dice", "shuffle", "lottery", "zufall", "würfel"],
  ["call", "function", "sub-flow", "subflow", "procedure", "module", "aufrufen", "funktion", "unterablauf"],
  ["human", "person", "agent", "support", "operator", "handover", "mensch", "mitarbeiter", "übergeben"],
  ["ai", "gpt", "llm", "model", "claude", "assistant", "ki", "modell"],
  ["stop", "end", "finish", "exit", "quit", "ende", "beenden", "halt"],
  ["start", "begin", "command", "slash", "hello", "befehl", "anfang", "beginn"],
  ["list", "table", "rows", "sort", "filter", "liste", "tabelle", "filtern"],
  ["pay", "payment", "invoice", "buy", "money", "bezahlen", "zahlung", "rechnung"],
  ["code", "script", "javascript", "python", "formula", "skript", "formel"],
  ["parallel", "together", "simultaneously", "fork", "gleichzeitig"],
  ["database", "sql", "query", "record", "datenbank", "eintrag"],
];

/** How well a kind answers a search; 0 is not at all. What it is called counts most, what it means last. */
export function likeness(kind: Descriptor, words: string): number {
  const direct = matches(kind, words);
  const query = words.trim().toLowerCase();
  if (direct > 0 || query.length < 2) return direct;
  const parts = query.split(/\s+/).filter((part) => part.length > 1);
  if (parts.length > 1) {
    const scores = parts.map((part) => Math.max(matches(kind, part), meant(kind, part)));
    const some = scores.filter((score) => score > 0);
    if (some.length === parts.length) return 14;
    if (some.length > 0 && parts.length > 2) return 3 * (some.length / parts.length);
  }
  return Math.max(meant(kind, query), misspelt(kind, query));
}

function meant(kind: Descriptor, word: string): number {
  const name = kind.kind.split(".").at(-1) ?? "";
  const own = kind.synonyms.map((one) => one.toLowerCase());
  const title = kind.title.toLowerCase().split(/\s+/);
  for (const line of MEANINGS) {
    if (!line.some((one) => one === word || (word.length > 3 && one.startsWith(word)))) continue;
    // What is called so comes before what is also called so.
    if (line.includes(name)) return 13 - Math.min(line.indexOf(name), 3);
    const at = line.findIndex((one) => own.includes(one) || title.includes(one));
    if (at >= 0) return 9 - Math.min(at, 4);
  }
  return word.length > 3 && kind.help.toLowerCase().includes(word) ? 4 : 0;
}

/** One letter wrong, missing, too many or in the wrong order. */
function misspelt(kind: Descriptor, word: string): number {
  if (word.length < 4) return 0;
  const near = [...kind.title.toLowerCase().split(/\s+/), ...kind.synonyms.map((one) => one.toLowerCase())];
  return near.some((one) => off(one.slice(0, word.length), word) || off(one, word)) ? 8 : 0;
}

function off(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}
