"use client";

/** The pop-overs of rows, of the details and of the bulk bar: one at a time, loaded when first needed. */
import { useStore } from "@/lib/store";
import { t } from "@/lib/messages";
import { Popover } from "@/ui/popover";
import { picker } from "../picker";
import { DuePicker } from "./due-picker";
import { PriorityPicker } from "./priority-picker";
import { ProjectPicker } from "./project-picker";
import { TagPicker } from "./tag-picker";
import { TaskMenu } from "./task-menu";

const LABELS = {
  menu: t.task.menu,
  due: t.due.title,
  priority: t.task.priority,
  project: t.task.project,
  tags: t.task.tags,
} as const;
const BODIES = {
  menu: TaskMenu,
  due: DuePicker,
  priority: PriorityPicker,
  project: ProjectPicker,
  tags: TagPicker,
} as const;
const WIDTHS = { menu: "w-60", due: "w-80", priority: "w-52", project: "w-64", tags: "w-64" } as const;

export default function PickerHost() {
  const open = useStore(picker);
  if (!open) return null;
  const Body = BODIES[open.kind];
  const close = () => picker.set(null);
  return (
    <Popover
      key={`${open.kind}-${open.ids.join()}`}
      anchor={open.anchor}
      label={LABELS[open.kind]}
      align={open.anchor.matches("[data-task-id]") ? "start" : "end"}
      onClose={() => {
        if (picker.get() === open) close();
      }}
      className={WIDTHS[open.kind]}
    >
      <Body ids={open.ids} close={close} />
    </Popover>
  );
}
