import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { strings } from "../../strings/viewer.ts";
import { codeLanguage } from "./code-language.ts";
import { codeHighlighting, codeTheme } from "./code-theme.ts";

export interface CodeOptions {
  readonly text: string;
  /** See `lineBreakOf`. */
  readonly lineBreak: string;
  /** The file's, which tells the language. */
  readonly name: string;
  /** What it is, for who does not see it. */
  readonly label: string;
  readonly isDark: boolean;
  readonly wraps: boolean;
  /** Absent: the text is only read. */
  readonly editing?: { readonly onChange: () => void; readonly onSave: () => void };
}

/** A text in an element of the page. */
export interface CodeView {
  text(): string;
  /** Makes the text another one, as one change that can be undone; what stays is not touched, nor is the cursor in it. */
  setText(text: string): void;
  setDark(isDark: boolean): void;
  setWraps(wraps: boolean): void;
  find(): void;
  focus(): void;
  destroy(): void;
}

/** What all views of code have, changed or not. */
export function codeBasics({ name, label, isDark }: Pick<CodeOptions, "name" | "label" | "isDark">): {
  readonly extensions: Extension;
  readonly loadLanguage: (view: EditorView) => void;
  readonly setDark: (view: EditorView, isDark: boolean) => void;
} {
  const language = new Compartment();
  const theme = new Compartment();
  return {
    extensions: [
      lineNumbers(),
      highlightSpecialChars(),
      drawSelection(),
      codeHighlighting,
      EditorState.phrases.of(strings.viewer.text.phrases),
      EditorView.contentAttributes.of({ "aria-label": label }),
      language.of([]),
      theme.of(codeTheme(isDark)),
    ],
    loadLanguage: (view) => {
      void codeLanguage(name).then(
        (loaded) => view.dispatch({ effects: language.reconfigure(loaded) }),
        // Offline, perhaps: it is shown without colours.
        () => undefined,
      );
    },
    setDark: (view, isDark) => view.dispatch({ effects: theme.reconfigure(codeTheme(isDark)) }),
  };
}

/** The root to draw code in: its styles are sheets of a shadow root, which no Content-Security-Policy minds. */
export function shadowOf(host: HTMLElement): ShadowRoot {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  return root;
}

/** Shows a text in an element, which must be one of its own. */
export function mountCode(host: HTMLElement, options: CodeOptions): CodeView {
  const { text, lineBreak, wraps, editing } = options;
  const root = shadowOf(host);
  const wrapping = new Compartment();
  const basics = codeBasics(options);
  const state = EditorState.create({
    doc: text,
    extensions: [
      EditorState.lineSeparator.of(lineBreak),
      basics.extensions,
      wrapping.of(wraps ? EditorView.lineWrapping : []),
      search({ top: true }),
      highlightSelectionMatches(),
      keymap.of([...searchKeymap, ...defaultKeymap]),
      editing ? writing(editing) : reading,
    ],
  });
  const view = new EditorView({ state, parent: root, root });
  basics.loadLanguage(view);
  return {
    text: () => view.state.sliceDoc(),
    setText: (next) => replaceText(view, next),
    setDark: (isDark) => basics.setDark(view, isDark),
    setWraps: (now) => view.dispatch({ effects: wrapping.reconfigure(now ? EditorView.lineWrapping : []) }),
    find: () => openSearchPanel(view),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** Not editable, yet reached by the keyboard, to scroll and to find in. */
export const reading: Extension = [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ tabindex: "0", "aria-readonly": "true" }),
];

function writing({ onChange, onSave }: NonNullable<CodeOptions["editing"]>): Extension {
  const save = (): boolean => {
    onSave();
    return true;
  };
  return [
    history(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    keymap.of([{ key: "Mod-s", run: save, preventDefault: true }, ...historyKeymap, indentWithTab]),
    EditorView.updateListener.of(({ docChanged }) => {
      if (docChanged) onChange();
    }),
  ];
}

function replaceText(view: EditorView, next: string): void {
  const doc = view.state.toText(next);
  const [before, after] = [view.state.doc.toString(), doc.toString()];
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < least - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  view.dispatch({
    changes: { from: head, to: before.length - tail, insert: doc.slice(head, after.length - tail) },
    userEvent: "input",
  });
}
