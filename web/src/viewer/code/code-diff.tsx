import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import classes from "./code-diff.module.css";
import { codeBasics, reading, shadowOf } from "./code-view.ts";

export interface DiffSide {
  readonly text: string;
  /** What it is, for who does not see it. */
  readonly label: string;
}

interface CodeDiffProps {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** The file's, which tells the language. */
  readonly name: string;
  readonly isSideBySide: boolean;
}

/** Lines that are the same on both sides are folded, but for these many around each change. */
const COLLAPSE = { margin: 3, minSize: 6 };
/** Milliseconds that a comparison may take before it is done more coarsely. */
const DIFF = { scanLimit: 20_000, timeout: 1500 };

/** What became of a text, line by line. */
export function CodeDiff({ before, after, name, isSideBySide }: CodeDiffProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const isDark = useComputedColorScheme("light") === "dark";
  const { text: was, label: wasLabel } = before;
  const { text: is, label: isLabel } = after;
  useEffect(() => {
    if (!host.current) return undefined;
    const root = shadowOf(host.current);
    const basics = (label: string): ReturnType<typeof codeBasics> => codeBasics({ name, label, isDark });
    const [left, right] = [basics(wasLabel), basics(isLabel)];
    if (!isSideBySide) {
      const state = EditorState.create({
        doc: lines(is),
        extensions: [
          right.extensions,
          reading,
          EditorView.lineWrapping,
          unifiedMergeView({
            original: lines(was),
            mergeControls: false,
            collapseUnchanged: COLLAPSE,
            diffConfig: DIFF,
          }),
        ],
      });
      const view = new EditorView({ state, parent: root, root });
      right.loadLanguage(view);
      return () => view.destroy();
    }
    const merge = new MergeView({
      a: { doc: lines(was), extensions: [left.extensions, reading, EditorView.lineWrapping] },
      b: { doc: lines(is), extensions: [right.extensions, reading, EditorView.lineWrapping] },
      parent: root,
      root,
      collapseUnchanged: COLLAPSE,
      diffConfig: DIFF,
    });
    const scroll = merge.dom;
    scroll.style.height = "100%";
    left.loadLanguage(merge.a);
    right.loadLanguage(merge.b);
    return () => merge.destroy();
  }, [was, is, wasLabel, isLabel, name, isDark, isSideBySide]);
  return <div ref={host} className={classes.diff} data-no-swipe data-takes-arrows />;
}

/** Where only the line ends differ, nothing else is to show. */
function lines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
