import { useMemo, type ReactNode } from "react";
import { encode } from "uqr";

interface QrCodeProps {
  readonly text: string;
  /** Says what it is. */
  readonly label: string;
  /** Pixels. */
  readonly size: number;
}

/** A QR code, dark on light in every theme: not all cameras read it the other way round. */
export function QrCode({ text, label, size }: QrCodeProps): ReactNode {
  const { data, size: modules } = useMemo(() => encode(text, { ecc: "M", border: 3 }), [text]);
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${modules} ${modules}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={modules} height={modules} rx={2} fill="#fff" />
      <path d={path} fill="#10231d" />
    </svg>
  );
}
