import { strings } from "../strings/strings.ts";

/** Whether Command takes the place of Ctrl. */
export function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform);
}

const APPLE: Readonly<Record<string, string>> = { mod: "⌘", shift: "⇧", alt: "⌥", Delete: "⌫", Enter: "↩" };

/** The keys of a command one by one, as they are printed on this machine's keyboard. */
export function keyCaps(keys: string): readonly string[] {
  const symbols = isApple() ? APPLE : {};
  return keys.split("+").map((key) => symbols[key] ?? strings.commands.keyNames[key] ?? key);
}

/** As one text: `Ctrl+K`, `⌘K`. */
export function keysText(keys: string): string {
  return keyCaps(keys).join(isApple() ? "" : "+");
}
