/** What a person typed or pasted, as addresses and what is none, each once. */
export interface ReadEmails {
  readonly emails: readonly string[];
  readonly wrong: readonly string[];
}

/** As strict as the server, which takes them or says so; a missing dot is the most likely slip. */
const EMAIL = /^[^\s@<>(),;:"[\]\\]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.[\p{L}\p{N}-]{2,}$/u;
const LONGEST = 254;

/** Takes lists as mail programs and tables have them: `Ada <ada@example.org>, bo@example.org`, one a line, and so on. */
export function readEmails(text: string): ReadEmails {
  const emails = new Set<string>();
  const wrong = new Set<string>();
  for (const part of text.split(/[,;\n\r\t]+/)) {
    const bracketed = /<([^<>]*)>/.exec(part)?.[1];
    const words = bracketed === undefined ? part.split(/\s+/) : [bracketed];
    for (const word of words.map((each) => each.trim()).filter(Boolean)) {
      const email = word.replace(/^mailto:/i, "").toLowerCase();
      if (email.length <= LONGEST && EMAIL.test(email)) emails.add(email);
      else wrong.add(word);
    }
  }
  return { emails: [...emails], wrong: [...wrong] };
}
