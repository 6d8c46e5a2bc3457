import { Fragment, type ReactNode } from "react";

/** A text of ours with the little markup it has: `code`, *stressed*, and empty lines between paragraphs. */
export function Prose({ text }: { text: string }) {
  return text.split(/\n{2,}/).map((paragraph, at) => (
    <Fragment key={`${at.toString()} ${paragraph}`}>
      {at > 0 && <span className="block h-1.5" />}
      {inline(paragraph)}
    </Fragment>
  ));
}

/** The same text where only plain text can stand, such as a tooltip. */
export function plain(text: string): string {
  return text.replace(MARKS, (_, code: string | undefined, stressed: string | undefined) => code ?? stressed ?? "");
}

const MARKS = /`([^`]+)`|\*([^*\s](?:[^*]*[^*\s])?)\*/g;

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    parts.push(text.slice(end, match.index));
    const [whole, code, stressed] = match;
    parts.push(
      code === undefined ? (
        <em key={match.index} className="font-medium not-italic text-ink-2">
          {stressed}
        </em>
      ) : (
        <code key={match.index} className="rounded-sm bg-sunken px-0.5 font-mono text-[0.93em] break-words">
          {code}
        </code>
      ),
    );
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}
