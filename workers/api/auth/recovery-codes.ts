/** Crockford's base32: no letter that is mistaken for a digit when written down, no case. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const CODES = 10;
/** 50 bits: more than guessing at the rate of A4 gets anywhere near. */
const LENGTH = 10;

/** Ten codes of the form `x7k2m-9qd4r`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () => {
    const symbols = [...crypto.getRandomValues(new Uint8Array(LENGTH))].map((byte) => ALPHABET[byte % ALPHABET.length]);
    return grouped(symbols.join(""));
  });
}

/** A recovery code as it was made, from how a person typed it: any case, with or without dash and spaces. */
export function normalizeRecoveryCode(typed: string): string {
  const symbols = typed.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
  return grouped(symbols);
}

function grouped(symbols: string): string {
  return `${symbols.slice(0, LENGTH / 2)}-${symbols.slice(LENGTH / 2)}`;
}
