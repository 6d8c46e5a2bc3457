//! The filters that the language has by itself, explained in our words.

use super::FilterHelp;

const fn of(name: &'static str, explained: [&'static str; 4]) -> FilterHelp {
    let [usage, help, example, result] = explained;
    FilterHelp { name, usage, help, example, result }
}

pub(super) const HELP: &[FilterHelp] = &[
    of("abs", ["abs", "A number without its sign.", "-3 | abs", "3"]),
    of("attr", ["attr(name)", "A member of an object by its name.", "{\"a\": 1} | attr(\"a\")", "1"]),
    of(
        "batch",
        [
            "batch(count, fill)",
            "The list in lists of so many elements, the last one filled up if `fill` is given.",
            "[1, 2, 3] | batch(2, 0)",
            "[[1, 2], [3, 0]]",
        ],
    ),
    of(
        "bool",
        ["bool", "Does the value hold? Nothing, zero and what is empty do not.", "\"\" | bool", "false"],
    ),
    of(
        "capitalize",
        ["capitalize", "The first letter as a capital, the others small.", "\"hELLO\" | capitalize", "Hello"],
    ),
    of("chain", ["chain(other, …)", "Several lists one after another.", "[1] | chain([2, 3])", "[1, 2, 3]"]),
    of("count", ["count", "The same as `length`.", "[1, 2] | count", "2"]),
    of("d", ["d(value)", "The same as `default`.", "none | d(1, true)", "1"]),
    of(
        "default",
        [
            "default(value, empty=false)",
            "Another value where there is none; with `true`, also where it is nothing, zero or empty.",
            "\"\" | default(\"friend\", true)",
            "friend",
        ],
    ),
    of(
        "dictsort",
        [
            "dictsort(by=\"key\", reverse=false)",
            "The members of an object as pairs, in order.",
            "{\"b\": 1, \"a\": 2} | dictsort",
            "[[\"a\", 2], [\"b\", 1]]",
        ],
    ),
    of("e", ["e", "The same as `escape`.", "\"<\" | e", "&lt;"]),
    of(
        "escape",
        ["escape", "For HTML pages. For Telegram's HTML there is `escape_html`.", "\"<\" | escape", "&lt;"],
    ),
    of("first", ["first", "The first element or character.", "[1, 2] | first", "1"]),
    of("float", ["float(default=0)", "A number from a text.", "\"1.5\" | float", "1.5"]),
    of(
        "format",
        [
            "format(value, …)",
            "A text with %s, %d, %.2f filled in.",
            "\"%s: %.1f\" | format(\"a\", 2)",
            "a: 2.0",
        ],
    ),
    of(
        "groupby",
        [
            "groupby(field)",
            "The elements with the same value of a field together: pairs of the value and the elements.",
            "[{\"n\": 1}, {\"n\": 1}] | groupby(\"n\") | map(\"first\") | list",
            "[1]",
        ],
    ),
    of("indent", ["indent(width=4)", "Every line but the first, set in.", "\"a\nb\" | indent(2)", "a\n  b"]),
    of("int", ["int(default=0)", "A whole number from a text or a number.", "\"42\" | int", "42"]),
    of("items", ["items", "The members of an object as pairs.", "{\"a\": 1} | items", "[[\"a\", 1]]"]),
    of(
        "join",
        ["join(between=\"\")", "The elements of a list as one text.", "[1, 2] | join(\" and \")", "1 and 2"],
    ),
    of("last", ["last", "The last element or character.", "[1, 2] | last", "2"]),
    of("length", ["length", "How many elements, members or characters there are.", "\"abc\" | length", "3"]),
    of("lines", ["lines", "The lines of a text.", "\"a\nb\" | lines", "[\"a\", \"b\"]"]),
    of("list", ["list", "Anything with elements as a list.", "\"ab\" | list", "[\"a\", \"b\"]"]),
    of("lower", ["lower", "In small letters.", "\"ABC\" | lower", "abc"]),
    of(
        "map",
        [
            "map(filter) or map(attribute=name)",
            "A filter done to every element, or one member of each.",
            "[\"a\", \"b\"] | map(\"upper\")",
            "[\"A\", \"B\"]",
        ],
    ),
    of("max", ["max", "The largest element.", "[1, 3, 2] | max", "3"]),
    of("min", ["min", "The smallest element.", "[3, 1, 2] | min", "1"]),
    of("pprint", ["pprint", "A value as programmers write it, to look at.", "[1] | pprint", "[\n    1,\n]"]),
    of(
        "reject",
        ["reject(test)", "The elements that do not pass a test.", "[1, 2, 3] | reject(\"odd\")", "[2]"],
    ),
    of(
        "rejectattr",
        [
            "rejectattr(name, test, value)",
            "The elements whose member does not pass a test.",
            "[{\"n\": 1}, {\"n\": 2}] | rejectattr(\"n\", \"eq\", 1)",
            "[{\"n\": 2}]",
        ],
    ),
    of(
        "replace",
        ["replace(from, to)", "Every place of a text replaced.", "\"a-b\" | replace(\"-\", \"+\")", "a+b"],
    ),
    of("reverse", ["reverse", "Backwards.", "[1, 2] | reverse", "[2, 1]"]),
    of("round", ["round(precision=0)", "A rounded number.", "2.345 | round(1)", "2.3"]),
    of(
        "safe",
        ["safe", "Changes nothing here: texts are not escaped by themselves.", "\"<b>\" | safe", "<b>"],
    ),
    of("select", ["select(test)", "The elements that pass a test.", "[1, 2, 3] | select(\"odd\")", "[1, 3]"]),
    of(
        "selectattr",
        [
            "selectattr(name, test, value)",
            "The elements whose member passes a test.",
            "[{\"n\": 1}, {\"n\": 2}] | selectattr(\"n\", \"eq\", 1)",
            "[{\"n\": 1}]",
        ],
    ),
    of(
        "slice",
        ["slice(count, fill)", "The list in so many lists.", "[1, 2, 3] | slice(2)", "[[1, 2], [3]]"],
    ),
    of(
        "sort",
        [
            "sort(attribute=name, reverse=false, case_sensitive=false)",
            "The elements in order.",
            "[3, 1, 2] | sort",
            "[1, 2, 3]",
        ],
    ),
    of(
        "split",
        [
            "split(by, most)",
            "The parts of a text between a separator.",
            "\"a,b\" | split(\",\")",
            "[\"a\", \"b\"]",
        ],
    ),
    of("string", ["string", "Anything as a text.", "5 | string", "5"]),
    of("sum", ["sum", "The sum of all elements.", "[1, 2] | sum", "3"]),
    of(
        "title",
        ["title", "Every word with a capital, the rest small.", "\"hello WORLD\" | title", "Hello World"],
    ),
    of("trim", ["trim(characters)", "Without the space around it.", "\" a \" | trim", "a"]),
    of("unique", ["unique(attribute=name)", "Every element once.", "[1, 2, 1] | unique", "[1, 2]"]),
    of("upper", ["upper", "In capitals.", "\"abc\" | upper", "ABC"]),
    of(
        "zip",
        [
            "zip(other, …)",
            "Elements of several lists, side by side.",
            "[1, 2] | zip([3, 4])",
            "[[1, 3], [2, 4]]",
        ],
    ),
];
