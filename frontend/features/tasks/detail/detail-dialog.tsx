"use client";

import { t } from "@/lib/messages";
import { Dialog } from "@/ui/dialog";
import DetailPanel from "./detail-panel";

/** The details where there is no third column: a drawer, on a phone the whole screen. */
export default function DetailDialog({
  id,
  full,
  onClose,
}: {
  id: number;
  full: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog title={t.detail.label} hideTitle kind={full ? "full" : "side"} onClose={onClose}>
      <DetailPanel id={id} />
    </Dialog>
  );
}
