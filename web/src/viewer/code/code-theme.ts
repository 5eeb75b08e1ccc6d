import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** A colour in light and in dark. */
const pair = (light: string, dark: string): string => `light-dark(${light}, ${dark})`;

const PAPER = pair("#ffffff", "#1f2322");
const INK = pair("#1c2523", "#e3e8e6");
const QUIET = pair("#586762", "#93a19c");
const LINE = pair("rgb(12 74 60 / 12%)", "#363d3b");
const ACCENT = pair("#1f6f5c", "#56aa8c");
const FIELD = pair("#f1f5f3", "#2a302e");
const MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

/** The looks of code, in colours that follow the scheme by themselves; `isDark` only picks CodeMirror's own defaults. */
export function codeTheme(isDark: boolean): Extension {
  return EditorView.theme(LOOKS, { dark: isDark });
}

const LOOKS: Parameters<typeof EditorView.theme>[0] = {
  "&": { height: "100%", fontSize: "13.5px", color: INK, backgroundColor: PAPER },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: MONOSPACE, lineHeight: "1.6", overscrollBehavior: "contain" },
  ".cm-content": { padding: "14px 0 40px", caretColor: ACCENT },
  ".cm-line": { padding: "0 18px 0 10px" },
  ".cm-cursor": { borderLeftColor: ACCENT, borderLeftWidth: "2px" },
  ".cm-gutters": { color: QUIET, backgroundColor: PAPER, border: "none", paddingLeft: "6px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "34px", padding: "0 10px 0 4px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: pair("rgb(31 111 92 / 6%)", "rgb(86 170 140 / 9%)") },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: pair("#c9e6db", "#2d5a4b"),
  },
  ".cm-content ::selection": { backgroundColor: pair("#c9e6db", "#2d5a4b") },
  ".cm-searchMatch": { backgroundColor: pair("#ffe8a3", "#5c4a12"), outline: "none", borderRadius: "2px" },
  ".cm-searchMatch-selected": { backgroundColor: pair("#ffc94d", "#8a6d14") },
  ".cm-matchingBracket": { backgroundColor: pair("#d6e9e2", "#2f4a41") },
  ".cm-panels": { color: INK, backgroundColor: FIELD, fontFamily: "inherit" },
  ".cm-panels-top": { borderBottom: `1px solid ${LINE}` },
  ".cm-panel.cm-search": { padding: "8px 40px 8px 12px", fontSize: "13px", fontFamily: "system-ui, sans-serif" },
  ".cm-panel.cm-search label": { fontSize: "13px", color: INK },
  ".cm-panel.cm-search [name=close]": { top: "8px", right: "12px", fontSize: "20px", color: INK, cursor: "pointer" },
  ".cm-textfield": {
    padding: "5px 8px",
    fontSize: "13px",
    color: INK,
    backgroundColor: PAPER,
    border: `1px solid ${pair("#8fa19b", "#5d6a66")}`,
    borderRadius: "6px",
  },
  ".cm-button": {
    padding: "5px 10px",
    fontSize: "13px",
    color: INK,
    backgroundImage: "none",
    backgroundColor: PAPER,
    border: `1px solid ${LINE}`,
    borderRadius: "6px",
    cursor: "pointer",
  },
  ".cm-collapsedLines": { color: QUIET, background: FIELD, padding: "5px 18px" },
  // The library's own mark is a character that few fonts have.
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"⋯"' },
  ".cm-specialChar": { color: pair("#c92a2a", "#ff8787") },
  // Side by side, and one under the other.
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: pair("#fdecec", "#3d2426") },
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine, .cm-changedLine": { backgroundColor: pair("#e4f4ec", "#1d3a30") },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: pair("#f9c6c6", "#74393d") },
  "&.cm-merge-b .cm-changedText, .cm-changedText": { background: pair("#b5e2cd", "#2f6a54") },
};

/** Tokens; each pair has a contrast of at least 4.5 on the paper. */
const TOKENS = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: pair("#5c6b66", "#94a39d") },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: pair("#8a2f8f", "#d8a0e0") },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: pair("#1a6b3c", "#98d0a4") },
  { tag: [tags.number, tags.bool, tags.atom, tags.null], color: pair("#a0410d", "#f0b083") },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName)], color: pair("#1f5fa8", "#8fbdf0") },
  { tag: [tags.propertyName, tags.attributeName], color: pair("#1f5fa8", "#9cc4ee") },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], color: pair("#0f6a73", "#7fd0d6") },
  { tag: [tags.heading], color: pair("#0c4a3c", "#9bdcc3"), fontWeight: "700" },
  { tag: [tags.link, tags.url], color: pair("#1f5fa8", "#8fbdf0"), textDecoration: "underline" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.inserted], color: pair("#1a6b3c", "#98d0a4") },
  { tag: [tags.deleted, tags.invalid], color: pair("#b3261e", "#ff9a92") },
]);

export const codeHighlighting = syntaxHighlighting(TOKENS);
