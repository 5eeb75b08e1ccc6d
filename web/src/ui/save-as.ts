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
