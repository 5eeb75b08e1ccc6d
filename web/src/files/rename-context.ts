import { createContext } from "react";
import type { Entry } from "../drive/drive.ts";

/** What becomes of a name that is edited in its place. */
export const RenameContext = createContext<{
  readonly onRename: (entry: Entry, name: string) => void;
  /** @param returnsFocus - whether the keyboard goes on in the list. */
  readonly onEnd: (returnsFocus: boolean) => void;
}>({ onRename: () => undefined, onEnd: () => undefined });
