"""Taking data out and bringing it in: export, import, the calendar feed.

`endpoints` speaks HTTP. Out: `sections` says what an export consists of, `exporting` writes it page by page (`tables`
for CSV, `calendar` for iCalendar), `feeds` guards the secret address. In: `formats` turns a file into drafts,
`importing` settles them with what the account holds and writes one undoable change.
"""
