import type { ReactNode } from "react";
import type { Marks, Snippet } from "../../../protocol/search.ts";
import classes from "./marked.module.css";

/** A text with what matched marked, as elements: whatever is in it is text (F5). */
export function Marked({ text, marks }: { readonly text: string; readonly marks: Marks }): ReactNode {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    if (from > at) parts.push(text.slice(at, from));
    parts.push(<mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <bdi className={classes.marked}>
      {parts}
      {text.slice(at)}
    </bdi>
  );
}

/** A piece of a file's text, with dots where the text goes on. */
export function MarkedSnippet({
  snippet: { text, marks, startsCut, endsCut },
}: {
  readonly snippet: Snippet;
}): ReactNode {
  return (
    <>
      {startsCut && "… "}
      <Marked text={text} marks={marks} />
      {endsCut && " …"}
    </>
  );
}
