/** The Taskora mark: a tick on the accent colour. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 22 22" fill="none">
      <rect width="22" height="22" rx="6.5" fill="var(--accent)" />
      <path
        d="M6.2 11.6l3.2 3.1 6.4-7"
        stroke="var(--on-accent)"
        strokeWidth="2.1"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
