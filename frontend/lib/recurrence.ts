/**
 * A repeat rule (RFC 5545 RRULE, without DTSTART) in short English for rows and chips. What it can't say it says as
 * "Repeats": never something wrong. The server owns the full grammar.
 */
const UNITS: Record<string, [string, string]> = {
  HOURLY: ["hour", "hours"],
  DAILY: ["day", "days"],
  WEEKLY: ["week", "weeks"],
  MONTHLY: ["month", "months"],
  YEARLY: ["year", "years"],
};
const DAYS: Record<string, string> = {
  MO: "Monday",
  TU: "Tuesday",
  WE: "Wednesday",
  TH: "Thursday",
  FR: "Friday",
  SA: "Saturday",
  SU: "Sunday",
};
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const ORDINALS: Record<string, string> = { "-1": "last", "-2": "second to last" };
const KNOWN = new Set(
  "FREQ INTERVAL BYDAY BYMONTHDAY BYMONTH BYSETPOS COUNT UNTIL WKST BYHOUR BYMINUTE".split(" "),
);

export function ordinal(value: number): string {
  const special = ORDINALS[String(value)];
  if (special) return special;
  const tens = value % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
  return `${value}${ending}`;
}

function list(words: string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function dayNames(byday: string): string | null {
  const names: string[] = [];
  for (const item of byday.split(",")) {
    const match = /^([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)$/.exec(item);
    if (!match) return null;
    const day = DAYS[match[2] ?? ""] ?? "";
    names.push(match[1] ? `${ordinal(Number(match[1]))} ${day}` : day);
  }
  return list(names);
}

function weekDays(byday: string): string | null {
  const sorted = byday.split(",").sort().join(",");
  if (sorted === "FR,MO,TH,TU,WE") return "weekday";
  if (sorted === "SA,SU") return "weekend day";
  if (sorted.split(",").length === 7) return "day";
  return dayNames(byday);
}

function core(rule: Record<string, string>): string | null {
  const unit = UNITS[rule.FREQ ?? ""];
  if (!unit) return null;
  const interval = Number(rule.INTERVAL ?? 1);
  const every =
    interval === 1
      ? `Every ${unit[0]}`
      : interval === 2
        ? `Every other ${unit[0]}`
        : `Every ${interval} ${unit[1]}`;
  const months = rule.BYMONTH?.split(",").map((month) => MONTHS[Number(month) - 1] ?? month);
  const inMonths = months ? (months.length > 6 ? null : ` in ${list(months)}`) : "";
  if (inMonths === null) return null;
  if (rule.BYDAY) {
    const days = rule.FREQ === "WEEKLY" ? weekDays(rule.BYDAY) : dayNames(rule.BYDAY);
    if (!days) return null;
    if (rule.FREQ === "WEEKLY") return (interval === 1 ? `Every ${days}` : `${every} on ${days}`) + inMonths;
    if (rule.BYSETPOS) {
      const kind = weekDays(rule.BYDAY);
      return kind && rule.FREQ === "MONTHLY"
        ? `${every} on the ${ordinal(Number(rule.BYSETPOS))} ${kind}${inMonths}`
        : null;
    }
    if (rule.FREQ === "DAILY") return `Every ${weekDays(rule.BYDAY)}${inMonths}`;
    return `${every} on the ${days}${inMonths}`;
  }
  if (rule.BYMONTHDAY) {
    const days = rule.BYMONTHDAY.split(",").map(Number);
    const words = list(days.map((day) => (day === -1 ? "last day" : ordinal(day))));
    if (rule.FREQ === "YEARLY" && months?.length === 1 && days.length === 1)
      return `${every} on ${months[0]} ${days[0]}`;
    return `${every} on the ${words}${inMonths}`;
  }
  return every + inMonths;
}

export function describeRule(rrule: string, from: "due" | "done" = "due"): string {
  const rule: Record<string, string> = {};
  for (const part of rrule.replace(/^RRULE:/i, "").split(";")) {
    const [key, value] = part.split("=");
    if (key && value) rule[key.toUpperCase()] = value.toUpperCase();
  }
  const words = Object.keys(rule).every((key) => KNOWN.has(key)) ? core(rule) : null;
  let text = words ?? "Repeats";
  if (rule.COUNT) text += `, ${rule.COUNT} times`;
  const until = /^(\d{4})(\d{2})(\d{2})/.exec(rule.UNTIL ?? "");
  if (until) text += `, until ${Number(until[3])} ${MONTHS[Number(until[2]) - 1]?.slice(0, 3)} ${until[1]}`;
  return from === "done" ? `${text} after completion` : text;
}
