/** What a person typed or pasted, as addresses and what is none, each once. */
interface ReadEmails {
  readonly emails: readonly string[];
  readonly wrong: readonly string[];
}

/** As the schema's: what the server would refuse is told before it is asked. */
const EMAIL = /^(?!\.)(?!.*\.\.)[\w'+.-]*[\w+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;
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
