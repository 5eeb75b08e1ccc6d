import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import { passwordStrength, type Strength } from "./password-strength.ts";
import classes from "./password-strength-meter.module.css";

const FILLED: Readonly<Record<Strength, number>> = { short: 0, weak: 1, fair: 2, good: 3, strong: 4 };
const STEPS = [1, 2, 3, 4];

/** How good a new password is, while it is typed. */
export function PasswordStrength({
  password,
  least,
}: {
  readonly password: string;
  readonly least: number;
}): ReactNode {
  if (password === "") return null;
  const strength = passwordStrength(password, least);
  const text = strings.settings.password;
  return (
    <div className={classes.meter} data-strength={strength}>
      <span className={classes.bar} aria-hidden>
        {STEPS.map((step) => (
          <span key={step} className={classes.step} data-filled={step <= FILLED[strength] || undefined} />
        ))}
      </span>
      <span className={classes.text}>
        {text.strength}: <span aria-live="polite">{text.strengths[strength]}</span>
      </span>
    </div>
  );
}
