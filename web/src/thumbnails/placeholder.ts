import { thumbHashToDataURL } from "thumbhash";

/** The address of a picture that a placeholder of a few bytes (H4) stands for; null where it is damaged. */
export function placeholderAddress(placeholder: string): string | null {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(placeholder), (letter) => letter.charCodeAt(0)));
  } catch {
    return null;
  }
}
