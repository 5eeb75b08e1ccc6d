interface KeptMessage {
  readonly to: string;
  readonly kind: string;
  readonly text: string;
}

/** The address in the newest mail of a kind to somebody, as browsers call the server; waits for one. */
export async function mailedLink(url: string, email: string, kind: string): Promise<string> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`${url}/dev/mail`, { headers: { Accept: "application/json" } });
    const { messages } = (await answer.json()) as { messages: readonly KeptMessage[] };
    const found = messages.find((message) => message.to === email && message.kind === kind);
    const link = /https?:\/\/\S+#\S+/.exec(found?.text ?? "")?.[0];
    if (link !== undefined) {
      const { pathname, hash } = new URL(link);
      return `${url}${pathname}${hash}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no ${kind} was mailed to ${email}`);
}
