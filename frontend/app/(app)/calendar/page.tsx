import type { Metadata } from "next";
import { CalendarView } from "@/features/calendar/calendar-view";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.calendar };

export default function Page() {
  return <CalendarView />;
}
