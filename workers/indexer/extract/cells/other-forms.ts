import { dayOf } from "./date-format.ts";
import type { Reading } from "../reading.ts";

/**
 * How numbers and dates of a sheet are written elsewhere: they are found by what a cell shows, and by these. Each is kept
 * once, and they take a quarter of a file's text at most.
 */
export class OtherForms {
  readonly #reading: Reading;
  readonly #forms = new Set<string>();
  #room: number;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#room = reading.limits.text / 4;
  }

  /** A day, in days since the beginning of 1900, as `2024-03-15 15.03.2024`. */
  day(serial: number): void {
    if (this.#room <= 0) return;
    const date = dayOf(serial);
    if (!date) return;
    const [month, day] = [date.month, date.day].map((each) => String(each).padStart(2, "0"));
    this.#add(`${date.year}-${month}-${day} ${day}.${month}.${date.year}`);
  }

  /** What is shown as `1,234.50`, as `1234.50`; and the whole of a number of which a part is shown. */
  number(shown: string, value: string): void {
    if (this.#room <= 0 || shown === value) return;
    const plain = shown.replace(/(\d),(?=\d{3})/g, "$1");
    if (plain !== shown) this.#add(plain);
    const digits = value.replace("-", "");
    const at = plain.indexOf(digits);
    // What is found by its beginning needs no form of its own: 1234.5 in 1234.50.
    if (at < 0 || /[\p{L}\p{N}.,]/u.test(plain.charAt(at - 1))) this.#add(digits);
  }

  /** Adds them to the text. */
  write(): void {
    for (const form of this.#forms) this.#reading.addLine(form);
    this.#forms.clear();
  }

  #add(form: string): void {
    if (this.#forms.has(form)) return;
    this.#forms.add(form);
    this.#room -= form.length + 1;
  }
}
