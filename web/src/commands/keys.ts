import type { Command } from "./commands.ts";

/** What is looked at of a key that was pressed. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * Whether the pressed key is the one of `keys`, e.g. `mod+K`. Letters are compared without case; for signs, which are
 * elsewhere on every keyboard, Shift does not count. Apple's keyboards have no Delete: there it is Command and Backspace.
 */
export function isPressed(event: Pressed, keys: string, isApple: boolean): boolean {
  if (keys === "Delete" && isApple && event.key === "Backspace") return event.metaKey && !event.shiftKey;
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const wants = (part: string): boolean => parts.includes(part);
  const mod = isApple ? event.metaKey : event.ctrlKey;
  const other = isApple ? event.ctrlKey : event.metaKey;
  if (other || wants("mod") !== mod || wants("alt") !== event.altKey) return false;
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  if (!isSign && wants("shift") !== event.shiftKey) return false;
  return event.key.toLowerCase() === key.toLowerCase();
}

/** Where the key was pressed. */
export interface Place {
  readonly isField: boolean;
  /** Whether a dialog or a menu is open. */
  readonly isDialog: boolean;
}

/** The command to run: of those that answer to the key and can be done now, the one that was offered last. */
export function commandFor(
  commands: readonly Command[],
  event: Pressed,
  { isField, isDialog }: Place,
  isApple: boolean,
): Command | undefined {
  return commands.findLast(
    (command) =>
      !command.isHeardElsewhere &&
      (!isField || command.inFields) &&
      (!isDialog || command.inDialogs) &&
      command.keys?.some((keys) => isPressed(event, keys, isApple)) &&
      (command.isEnabled?.() ?? true),
  );
}

/** The command's keys without those that run one which was offered later. */
export function keysOf(command: Command, commands: readonly Command[]): readonly string[] {
  const later = commands
    .slice(commands.indexOf(command) + 1)
    .filter((other) => !other.isHeardElsewhere && (other.isEnabled?.() ?? true));
  return (command.keys ?? []).filter((keys) => !later.some((other) => other.keys?.includes(keys)));
}

/** Whether what has the focus takes letters. */
export function isTextField(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement)
    return true;
  return (
    element instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|reset|range|color|file)$/.test(element.type)
  );
}
