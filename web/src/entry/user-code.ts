const LENGTH = 8;

/** A device's code as it is shown, `ABCD-2345`, from whatever was typed or pasted. */
export function shownUserCode(typed: string): string {
  const bare = bareUserCode(typed).slice(0, LENGTH);
  return bare.length > LENGTH / 2 ? `${bare.slice(0, LENGTH / 2)}-${bare.slice(LENGTH / 2)}` : bare;
}

/** As the server knows it. */
export function bareUserCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
}

export function isUserCode(typed: string): boolean {
  return bareUserCode(typed).length === LENGTH;
}
