// Prepares the world of a script and carries its result out. Everything it needs of the language it takes before the script can
// change it, so that what a script does to the builtins is its own affair.
((host) => {
  "use strict";
  const SYNTAX = 0, THREW = 1, TOO_DEEP = 2, NOT_DATA = 3;
  const DEPTH = 100;
  const LINE = 2_000;
  const { emit, log, fail, random, compile } = host;
  const { stringify, parse } = JSON;
  const { keys } = Object;
  const { isArray } = Array;
  const { apply } = Reflect;
  const { toString } = Object.prototype;
  const { exec } = RegExp.prototype;
  const { slice, split, toWellFormed } = String.prototype;
  const { getTime } = Date.prototype;
  const { isFinite } = Number;
  const text = String;

  const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
  const PLACE = /\beval_script:(\d+):(\d+)/;
  const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

  Math.random = random;
  const print = (...things) => {
    let line = "";
    for (let n = 0; n < things.length; n++) line += (n ? " " : "") + shown(things[n]);
    log(wellFormed(line.length > LINE ? apply(slice, line, [0, LINE]) + " …" : line));
  };
  globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };
  delete globalThis.performance;
  delete globalThis.Atomics;
  delete globalThis.SharedArrayBuffer;

  const wellFormed = (value) => apply(toWellFormed, value, []);

  // A thing as a line of the log shows it.
  const shown = (thing) => {
    try {
      if (typeof thing === "string") return thing;
      if (thing instanceof Error) return `${thing.name}: ${thing.message}`;
      if (typeof thing === "object" && thing !== null) return stringify(thing) ?? "{}";
      if (typeof thing === "function") return "[function]";
      return text(thing);
    } catch {
      return "[something that cannot be shown]";
    }
  };

  class NoData {
    constructor(kind, message) {
      this.kind = kind;
      this.message = message;
    }
  }

  const noData = (what, path) => {
    throw new NoData(NOT_DATA, `${path} is ${what}, which cannot be kept as JSON`);
  };

  const member = (path, key) =>
    apply(exec, IDENTIFIER, [key]) ? `${path}.${key}` : `${path}[${stringify(key)}]`;

  // A value as JSON. JSON.stringify would drop what it cannot say; here that is an error with its place. No spreading and no taking
  // apart in what follows: both ask the array for its iterator, which the script may have changed.
  const json = (value, path, outer) => {
    switch (typeof value) {
      case "string":
        return stringify(wellFormed(value));
      case "number":
        if (!isFinite(value)) noData(`the number ${text(value)}`, path);
        return stringify(value);
      case "boolean":
        return value ? "true" : "false";
      case "undefined":
        return "null";
      case "bigint":
        noData("a BigInt", path);
      case "symbol":
        noData("a symbol", path);
      case "function":
        noData("a function", path);
    }
    if (value === null) return "null";
    const within = { value, outer, depth: outer ? outer.depth + 1 : 1 };
    if (within.depth > DEPTH) throw new NoData(TOO_DEEP, `the result is nested deeper than ${DEPTH} levels`);
    for (let each = outer; each; each = each.outer) if (each.value === value) noData("part of itself", path);
    if (isArray(value)) {
      let all = "";
      for (let n = 0; n < value.length; n++) all += (n ? "," : "") + json(value[n], `${path}[${n}]`, within);
      return `[${all}]`;
    }
    const tag = apply(toString, value, []);
    if (tag === "[object Date]" && !isFinite(apply(getTime, value, []))) noData("an invalid date", path);
    if (typeof value.toJSON === "function") return json(value.toJSON(), path, within);
    if (tag !== "[object Object]") noData(`of the kind ${apply(slice, tag, [8, -1])}`, path);
    let all = "";
    const names = keys(value);
    for (let n = 0; n < names.length; n++) {
      const each = value[names[n]];
      if (each === undefined) continue;
      all += `${all && ","}${stringify(wellFormed(names[n]))}:${json(each, member(path, names[n]), within)}`;
    }
    return `{${all}}`;
  };

  // Line and column in the script; its first line is the second of what is compiled.
  const place = (error) => {
    const found = apply(exec, PLACE, [text(error?.stack ?? "")]);
    return found ? [found[1] - 1, +found[2]] : [0, 0];
  };

  const threw = (thrown) => {
    let kind = THREW, message = "something that cannot be shown was thrown", at = [0, 0];
    try {
      message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `thrown: ${shown(thrown)}`;
      at = place(thrown);
      if (thrown instanceof RangeError && thrown.message === "Maximum call stack size exceeded") kind = TOO_DEEP;
    } catch {}
    fail(kind, wellFormed(text(message)), at[0], at[1]);
  };

  const compiled = (names, code) => {
    // What closes one bracket to open another would get out of its function: it fits one of these at most.
    const params = names.join();
    compile(`[async function(${params}){"use strict";\n${code}\n}]`);
    return compile(`(async function(${params}){"use strict";\n${code}\n})`);
  };

  const read = (names, code) => {
    try {
      return compiled(names, code);
    } catch (error) {
      const lines = apply(split, code, ["\n"]);
      const [line, column] = place(error);
      // It stumbles over the bracket that closes the function: the script ends where it may not.
      if (line > lines.length) fail(SYNTAX, "something is missing at the end", lines.length, lines[lines.length - 1].length + 1);
      else fail(SYNTAX, wellFormed(text(error?.message)), line, column);
    }
  };

  const usable = (name) => {
    if (!apply(exec, NAME, [name])) return false;
    try {
      compile(`(async function(${name}){"use strict"})`);
      return true;
    } catch {
      return false;
    }
  };

  return {
    check(code) {
      read([], code);
    },

    start(code, inputs) {
      const given = parse(inputs);
      const names = keys(given);
      for (const name of names) {
        if (!usable(name)) {
          return fail(SYNTAX, `the input \`${wellFormed(name)}\` cannot be the name of a variable; rename it`, 0, 0);
        }
      }
      const body = read(names, code);
      if (body) return apply(body, undefined, names.map((name) => given[name]));
    },

    give(value) {
      try {
        emit(json(value, "the result", null));
      } catch (error) {
        if (error instanceof NoData) fail(error.kind, wellFormed(error.message), 0, 0);
        else threw(error);
      }
    },

    pending() {
      fail(THREW, "the script waits for something that never comes; there are no timers and nothing to fetch here", 0, 0);
    },

    threw,
  };
})
