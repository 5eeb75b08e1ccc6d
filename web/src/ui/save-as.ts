/** Has the browser download an address of this server, or of this page. @param name - Empty: as the server calls it. */
export function saveAddress(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** Hands a text to the browser's downloads. */
export function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  saveAddress(address, name);
  // Not at once: the download begins after the click.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Milliseconds in which the server answers what no address holds: its form has to stay for so long. */
const ANSWERED_WITHIN = 60_000;

/**
 * Has the browser download what the server answers to a form, for requests that no address holds. In a frame of its own:
 * the page is not left for it, and an answer that is no download is not shown in place of the app. Rejects where such a
 * one came; resolves after a minute, when the download has long begun.
 */
export async function saveByForm(address: string, fields: readonly (readonly [string, string])[]): Promise<void> {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  try {
    await new Promise<void>((resolve, reject) => {
      const { contentDocument: page } = frame;
      if (!page) return reject(new Error("the browser makes no frames"));
      frame.addEventListener("load", () => {
        if (!isBlank(frame)) reject(new Error("the server answered with no download"));
      });
      setTimeout(resolve, ANSWERED_WITHIN);
      // A page that tells nobody its address tells nobody its origin either, which the server wants to see.
      page.head.append(Object.assign(page.createElement("meta"), { name: "referrer", content: "same-origin" }));
      const form = Object.assign(page.createElement("form"), { method: "post", action: address });
      for (const [name, value] of fields) {
        form.append(Object.assign(page.createElement("input"), { type: "hidden", name, value }));
      }
      page.body.append(form);
      form.submit();
    });
  } finally {
    frame.remove();
  }
}

/** A new frame is loaded once with nothing. */
function isBlank(frame: HTMLIFrameElement): boolean {
  try {
    return frame.contentWindow?.location.href === "about:blank";
  } catch {
    return false;
  }
}
