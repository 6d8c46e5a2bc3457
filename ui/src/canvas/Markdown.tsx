import { Fragment, type ReactNode } from "react";

/**
 * The markup of notes: headings, lists, tasks, **bold**, *italic*, `code` and links. Everything becomes elements, never HTML, and a link
 * goes to the web alone.
 */
export function Markdown({ text }: { text: string }) {
  return blocks(text).map((block, at) => <Fragment key={`${at.toString()}`}>{drawn(block)}</Fragment>);
}

type Block =
  | { is: "heading"; level: number; text: string }
  | { is: "list"; numbered: boolean; items: string[] }
  | { is: "code"; text: string }
  | { is: "line" }
  | { is: "text"; text: string };

export function blocks(text: string): Block[] {
  const found: Block[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const heading = /^(#{1,3})\s+(.*)$/.exec(line);
    const item = /^\s*(?:([-*+])|\d+[.)])\s+(.*)$/.exec(line);
    const last = found.at(-1);
    if (line.startsWith("```")) {
      const code: string[] = [];
      for (at++; at < lines.length && !lines[at]?.startsWith("```"); at++) code.push(lines[at] as string);
      found.push({ is: "code", text: code.join("\n") });
    } else if (heading) found.push({ is: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" });
    else if (/^\s*(---+|\*\*\*+)\s*$/.test(line)) found.push({ is: "line" });
    else if (item) {
      const numbered = item[1] === undefined;
      if (last?.is === "list" && last.numbered === numbered) last.items.push(item[2] ?? "");
      else found.push({ is: "list", numbered, items: [item[2] ?? ""] });
    } else if (line.trim() === "") found.push({ is: "text", text: "" });
    else if (last?.is === "text" && last.text) last.text += `\n${line}`;
    else found.push({ is: "text", text: line });
  }
  return found.filter((block) => block.is !== "text" || block.text);
}

function drawn(block: Block): ReactNode {
  if (block.is === "heading") return <p className={`nx-md-h nx-md-h${block.level.toString()}`}>{inline(block.text)}</p>;
  if (block.is === "line") return <hr className="nx-md-line" />;
  if (block.is === "code") return <pre className="nx-md-code">{block.text}</pre>;
  if (block.is === "text") return <p className="nx-md-p">{inline(block.text)}</p>;
  const List = block.numbered ? "ol" : "ul";
  return (
    <List className="nx-md-list">
      {block.items.map((item, at) => {
        const task = /^\[([ xX])\]\s+(.*)$/.exec(item);
        return (
          <li
            key={`${at.toString()}`}
            className={task ? "nx-md-task" : undefined}
            data-done={task?.[1] !== " " || undefined}
          >
            {task && <span aria-hidden>{task[1] === " " ? "☐" : "☑"}</span>}
            <span>{inline(task ? (task[2] ?? "") : item)}</span>
          </li>
        );
      })}
    </List>
  );
}

const MARKS =
  /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s)]*[^\s).,])/g;

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    parts.push(text.slice(end, match.index));
    const [whole, code, bold, italic, label, to, bare] = match;
    const key = match.index;
    if (code) parts.push(<code key={key}>{code}</code>);
    else if (bold) parts.push(<strong key={key}>{bold}</strong>);
    else if (italic) parts.push(<em key={key}>{italic}</em>);
    else
      parts.push(
        <a key={key} className="nodrag" href={to ?? bare} target="_blank" rel="noreferrer noopener">
          {label ?? bare}
        </a>,
      );
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}
