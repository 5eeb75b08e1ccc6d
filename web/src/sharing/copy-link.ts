/**
 * Copies an address that is yet to come, within the click that asked for it: some browsers let only what was begun there be
 * copied. Resolves to whether it was copied; rejects as `address` does.
 */
export async function copyWhenThere(address: Promise<string>): Promise<boolean> {
  try {
    if ("ClipboardItem" in globalThis) {
      const blob = address.then((text) => new Blob([text], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } else await navigator.clipboard.writeText(await address);
    return true;
  } catch {
    await address;
    return false;
  }
}

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the system offers to send an address with what is installed: phones do. */
export function canSend(): boolean {
  return "share" in navigator && matchMedia("(pointer: coarse)").matches;
}

/** Resolves also where the person thought better of it. */
export async function send(title: string, url: string): Promise<void> {
  await navigator.share({ title, url }).catch(() => undefined);
}
