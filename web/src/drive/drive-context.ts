import { createContext, useContext } from "react";
import type { Drive } from "./drive.ts";

/** Given by the shell, once somebody is signed in. */
export const DriveContext = createContext<Drive | null>(null);

export function useDrive(): Drive {
  const drive = useContext(DriveContext);
  if (!drive) throw new Error("only pages inside the shell have a drive");
  return drive;
}
