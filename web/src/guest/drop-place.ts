import { sharedApi } from "./guest-requests.ts";

/** Who a guest is at a link that takes files, as this browser remembers it. */
export interface KnownGuest {
  readonly name: string;
  /** The drop's id. */
  readonly drop: string;
  /** Whether something was left unsent. */
  readonly isLeft: boolean;
}

const keyOf = (secret: string): string => `ledge-drop-${secret}`;

export function knownGuest(secret: string): KnownGuest | null {
  try {
    const { name, drop, isLeft } = JSON.parse(localStorage.getItem(keyOf(secret)) ?? "{}") as Partial<KnownGuest>;
    return typeof name === "string" && typeof drop === "string" ? { name, drop, isLeft: isLeft === true } : null;
  } catch {
    return null;
  }
}

export function keepGuest(secret: string, guest: KnownGuest | null): void {
  try {
    if (guest === null) localStorage.removeItem(keyOf(secret));
    else localStorage.setItem(keyOf(secret), JSON.stringify(guest));
  } catch {
    // Where storage is turned off, what is sent lasts as long as the page.
  }
}

/** Begins a drop under a guest's name; answers its id. */
export async function beginDrop(secret: string, guest: string): Promise<string> {
  return (await sharedApi(secret).beginDrop(guest)).drop;
}
