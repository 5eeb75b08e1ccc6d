import { useRef, type KeyboardEvent, type MouseEvent, type PointerEvent, type DragEvent } from "react";
import { beginDrag, endDrag } from "./drag.ts";
import type { EntryGridProps } from "./entry-grid.tsx";
import { TypeAhead, walk, type Walk } from "./list-keys.ts";
import { listedEntry, type ListedEntry } from "./listed-entry.ts";
import { beginsWith } from "./name-order.ts";
import { pickedFrom } from "./ranges.ts";
import { clear, isSelected, moveTo, pick, selectOnly, toggle, type Modifiers } from "./selection.ts";

interface GridInput extends Pick<
  EntryGridProps,
  "rows" | "ids" | "selection" | "onSelect" | "onOpen" | "onMenu" | "onStar" | "onDownload" | "onUp" | "isLive"
> {
  readonly walk: Walk;
  /** The keyboard went to another entry. */
  readonly onFocusWanted: () => void;
}

interface GridHandlers {
  readonly onClick: (event: MouseEvent) => void;
  readonly onDoubleClick: (event: MouseEvent) => void;
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
  readonly onDragStart: (event: DragEvent) => void;
  readonly onDragEnd: () => void;
}

/** How long a finger stays, in milliseconds, and how far it may stray, in pixels, for a press that selects. */
const LONG_PRESS_MS = 450;
const STRAY = 10;

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);
const modifiers = (event: MouseEvent | KeyboardEvent): Modifiers => ({
  range: event.shiftKey,
  toggle: isMac() ? event.metaKey : event.ctrlKey,
});

/** What mouse, finger and keyboard do in a list: one set of handlers on the list itself, so that rows stay plain. */
export function useGridInput(input: GridInput): GridHandlers {
  const pointer = useRef<"mouse" | "touch">("mouse");
  const press = useRef<{ timer: number; x: number; y: number } | null>(null);
  const hasPressed = useRef(false);
  const typed = useRef(new TypeAhead());
  const { rows, ids, selection, onSelect } = input;

  const listedAt = (event: { readonly target: EventTarget }): ListedEntry | undefined =>
    listedEntry(rows, event.target);
  const endPress = (): void => {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  };
  /** A menu is about what is selected: where the entry under it is not, it is selected first. */
  const selectFor = (listed: ListedEntry): void =>
    onSelect((now) => (isSelected(now, listed) ? now : selectOnly(now, listed)));

  const act = (name: string, listed: ListedEntry, event: MouseEvent): void => {
    const { entry } = listed;
    if (name === "toggle" && event.shiftKey) onSelect((now) => pick(now, listed, { range: true, toggle: true }));
    else if (name === "toggle") onSelect((now) => toggle(now, listed));
    else if (name === "star") input.onStar?.(entry);
    else if (name === "download") input.onDownload?.(entry);
    else if (name === "menu") {
      const { left, bottom } = (event.target as Element).closest("button")?.getBoundingClientRect() ?? {
        left: event.clientX,
        bottom: event.clientY,
      };
      // A finger's menu is of the entry that it touched, and selects nothing.
      if (pointer.current === "touch" && !isSelected(selection, listed)) input.onMenu({ x: left, y: bottom, entry });
      else {
        selectFor(listed);
        input.onMenu({ x: left, y: bottom });
      }
    }
  };

  const onClick = (event: MouseEvent): void => {
    if (hasPressed.current) {
      hasPressed.current = false;
      return;
    }
    const target = event.target as Element;
    if (target.closest("input") || target.closest("[role=columnheader]")) return;
    const listed = listedAt(event);
    if (!listed) {
      onSelect(clear);
      return;
    }
    const action = target.closest<HTMLElement>("[data-act]")?.dataset.act;
    if (action !== undefined) act(action, listed, event);
    else if (pointer.current === "touch") {
      if (selection.chosen.length > 0) onSelect((now) => toggle(now, listed));
      else input.onOpen(listed.entry);
    } else onSelect((now) => pick(now, listed, modifiers(event)));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || target.closest("[role=columnheader], input")) return;
    const index = selection.focus;
    const entry = rows[index];
    // Tab comes to a row before any key has led to one.
    const focused = entry ? { id: entry.id, at: index, entry } : listedAt(event);
    const how = modifiers(event);
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
    const go = (to: number): void => {
      const id = ids[to];
      if (id === undefined) return;
      input.onFocusWanted();
      onSelect((now) => moveTo(now, { id, at: to }, how));
    };
    const to = event.altKey ? null : walk(event.key, index, input.walk);
    if (to !== null) {
      event.preventDefault();
      go(to);
    } else if (event.key === "Enter" && isPlain && !event.shiftKey && focused) {
      event.preventDefault();
      input.onOpen(focused.entry);
    } else if (event.key === " " && focused && !(isPlain && typed.current.isTyping(event.timeStamp))) {
      event.preventDefault();
      onSelect((now) => (how.range ? pick(now, focused, how) : toggle(now, focused)));
    } else if (event.key === "Escape" && selection.chosen.length > 0) {
      event.preventDefault();
      onSelect(clear);
    } else if (event.key === "Backspace" && isPlain && input.onUp) {
      event.preventDefault();
      input.onUp();
    } else if ((event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) && focused) {
      event.preventDefault();
      selectFor(focused);
      const { left, bottom } = target.getBoundingClientRect();
      input.onMenu({ x: left + 48, y: bottom - 8 });
    } else if (isPlain && !event.shiftKey && /^[\p{L}\p{N} ]$/u.test(event.key)) {
      const found = typed.current.type(
        event.key,
        event.timeStamp,
        rows.length,
        (each, word) => beginsWith(rows[each]?.name ?? "", word),
        index,
      );
      event.preventDefault();
      if (found !== null) go(found);
    }
  };

  return {
    onClick,
    onKeyDown,
    onDoubleClick: (event) => {
      const target = event.target as Element;
      const listed = listedAt(event);
      if (!listed || target.closest("[data-act], input") || event.shiftKey || modifiers(event).toggle) return;
      if (pointer.current === "mouse") input.onOpen(listed.entry);
    },
    onContextMenu: (event) => {
      const listed = listedAt(event);
      if (!listed || (event.target as Element).closest("input")) return;
      event.preventDefault();
      // A finger's long press has selected already; and the key was handled where it was pressed.
      if (pointer.current === "touch" || event.button === 0) return;
      selectFor(listed);
      input.onMenu({ x: event.clientX, y: event.clientY });
    },
    onPointerDown: (event) => {
      pointer.current = event.pointerType === "touch" ? "touch" : "mouse";
      hasPressed.current = false;
      endPress();
      const listed = listedAt(event);
      if (pointer.current === "mouse" || !listed) return;
      const timer = window.setTimeout(() => {
        hasPressed.current = true;
        navigator.vibrate?.(10);
        onSelect((now) => toggle(now, listed));
      }, LONG_PRESS_MS);
      press.current = { timer, x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event) => {
      const at = press.current;
      if (at && Math.hypot(event.clientX - at.x, event.clientY - at.y) > STRAY) endPress();
    },
    onPointerUp: endPress,
    onPointerCancel: endPress,
    onDragStart: (event) => {
      const listed = listedAt(event);
      if (!listed || !input.isLive) return;
      selectFor(listed);
      beginDrag(event, isSelected(selection, listed) ? pickedFrom(rows, selection.chosen) : [listed.entry]);
    },
    onDragEnd: endDrag,
  };
}
