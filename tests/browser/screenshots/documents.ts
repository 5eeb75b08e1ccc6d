/** Texts of the drive that is shown in docs/screenshots. */

export const itinerary = `# Iceland, ten days in June

*Draft 3. Flights are booked, the huts are not.*

| Day   | From       | To           | Kilometres |
| ----- | ---------- | ------------ | ---------: |
| 1     | Keflavík   | Reykjavík    |         50 |
| 2     | Reykjavík  | Vík          |        187 |
| 3–4   | Vík        | Skaftafell   |        140 |
| 5–6   | Skaftafell | Höfn         |        135 |
| 7     | Höfn       | Egilsstaðir  |        186 |
| 8–9   | Egilsstaðir| Mývatn       |        175 |
| 10    | Mývatn     | Akureyri     |         79 |

## To do

- [x] Book the flights
- [x] Ask Noor about the tent
- [ ] Reserve the huts at Skaftafell
- [ ] Download maps for offline use

## What to see

> “There is no bad weather, only the wrong clothes.”

1. **Seljalandsfoss**: one can walk behind the falls. Bring a rain cover for the camera.
2. **Jökulsárlón**: the ice is best at dawn.
3. **Dettifoss**, from the east side.

Check the roads on the morning of each day:

\`\`\`sh
curl -s https://roads.example.is/api/today | jq '.closed[]'
\`\`\`
`;

export const itineraryBefore = itinerary
  .replace("*Draft 3. Flights are booked, the huts are not.*", "*Draft 2. Nothing is booked yet.*")
  .replace("- [x] Book the flights\n- [x] Ask Noor", "- [ ] Book the flights\n- [ ] Ask Noor")
  .replace(
    "2. **Jökulsárlón**: the ice is best at dawn.\n3. **Dettifoss**, from the east side.",
    "2. **Jökulsárlón**: see whether there is a boat.\n3. **Dettifoss**, from the west side.",
  );

export const code = `import { readFile } from "node:fs/promises";

export interface Trip {
  readonly name: string;
  /** Kilometres of each day. */
  readonly days: readonly number[];
}

/** Adds up a trip; what it costs is for a car that takes 7 litres on 100 km. */
export function total(trip: Trip, pricePerLitre: number): { distance: number; cost: number } {
  const distance = trip.days.reduce((sum, day) => sum + day, 0);
  const litres = (distance / 100) * 7;
  return { distance, cost: Math.round(litres * pricePerLitre * 100) / 100 };
}

const trip = JSON.parse(await readFile("trip.json", "utf8")) as Trip;
const { distance, cost } = total(trip, 2.09);
console.log(\`\${trip.name}: \${distance} km, about \${cost} € of petrol\`);

if (distance > 1_500) {
  // Two drivers, then.
  console.warn("That is more than 150 km a day.");
}
`;

export const budget = [
  "Date,What,Category,Paid by,Euros",
  "2026-03-02,Flights for four,Travel,Maya,1284.00",
  "2026-03-09,Car for ten days,Travel,Jonas,742.50",
  "2026-03-15,Tent,Equipment,Noor,319.90",
  "2026-03-15,Sleeping mats (2),Equipment,Noor,139.80",
  "2026-04-01,Hut at Landmannalaugar,Nights,Maya,212.00",
  "2026-04-03,Guesthouse in Vík,Nights,Maya,188.00",
  "2026-04-20,Glacier walk,Tours,Jonas,356.00",
  "2026-05-02,Maps,Equipment,Ilse,42.70",
  "2026-05-11,Rain covers,Equipment,Ilse,58.20",
  "2026-05-28,Groceries,Food,Maya,163.45",
  "2026-06-04,Petrol,Travel,Jonas,96.10",
  "2026-06-07,Petrol,Travel,Jonas,88.75",
  "2026-06-09,Swimming at Mývatn,Tours,Ilse,124.00",
].join("\n");

/** Printed to a PDF. */
export const report = `<!doctype html><meta charset="utf-8"><style>
body{font:15px/1.6 Georgia,serif;margin:48px 64px;color:#222}h1{font-size:34px;margin:0 0 4px}h2{margin-top:34px}
.by{color:#667;margin-bottom:36px}.bars{display:flex;align-items:flex-end;gap:14px;height:180px;border-bottom:1px solid #999;margin:28px 0}
.bars div{flex:1;background:#1f6f5c}.new{break-before:page}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:6px;text-align:left}
</style><h1>Annual report 2025</h1><div class="by">Northlight Studio, March 2026</div>
<p>The year began with two people and a borrowed desk, and ended with seven and a lease. Revenue grew by 41 % over 2024, most of it
from returning clients; we turned down three projects to keep the four-day week.</p>
<div class="bars"><div style="height:34%"></div><div style="height:42%"></div><div style="height:40%"></div><div style="height:55%"></div><div style="height:61%"></div><div style="height:58%"></div><div style="height:72%"></div><div style="height:88%"></div></div>
<h2>What went well</h2><p>The museum’s guide was our largest work so far, and the first that we also run. It was opened 212,000 times
in its first month. The identity for Harbour Library won a prize that we had not entered.</p>
<h2>What did not</h2><p>Estimates. Two of five projects took half as long again as we had said, and we carried the difference.</p>
<div class="new"><h2>Figures</h2><table><tr><th>Quarter<th>Revenue<th>Costs<th>Hours sold<tr><td>First<td>84,200 €<td>61,300 €<td>1,120<tr><td>Second<td>97,800 €<td>66,900 €<td>1,240<tr><td>Third<td>91,400 €<td>68,100 €<td>1,180<tr><td>Fourth<td>128,600 €<td>79,500 €<td>1,460</table>
<h2>What comes</h2><p>A ninth and tenth desk, a second printer, and a rule: nothing is begun without a week of drawing first.</p></div>`;

export const booking = `<!doctype html><meta charset="utf-8"><style>
body { font: 12pt/1.6 Georgia, serif; margin: 2cm; color: #1d2a2a } h1 { font-size: 30pt; margin: 0 0 .4cm }
.head { background: #0f5c4a; color: #fff; margin: -2cm -2cm 1cm; padding: 1.6cm 2cm } td { padding: .15cm .8cm .15cm 0 }
</style><div class="head"><h1>Hut bookings</h1>Iceland, June 2026 · four people</div>
<table><tr><td>12 June<td>Skaftafell, hut 4<td>two nights<tr><td>14 June<td>Höfn, guest house<td>two nights
<tr><td>17 June<td>Mývatn, lake cabin<td>two nights<tr><td>19 June<td>Akureyri, hostel<td>one night</table>
<p>Keys are in the box beside the door. Breakfast at Mývatn is from seven; bring slippers.</p>`;

export const notes = `Call with Harbour Library, 18 June

- They like the second palette, not the first.
- Signs for the children's floor: larger, lower, no capitals.
- Opening moves to 4 October. Print files are due on 12 September.
- Send the invoice for phase two to the new address.
`;
