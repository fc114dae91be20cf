"""Claims for storage."""

from typing import Any

from kora.language.creation.scan import Scan, memory

_MODES = {"readwriteonce": "ReadWriteOnce", "rwo": "ReadWriteOnce", "readwritemany": "ReadWriteMany", "rwx": "ReadWriteMany", "readonlymany": "ReadOnlyMany", "rox": "ReadOnlyMany", "readwriteoncepod": "ReadWriteOncePod", "rwop": "ReadWriteOncePod"}  # fmt: skip
_MODE = r"(?P<mode>read ?-?write ?-?once ?-?pod|read ?-?write ?-?once|read ?-?write ?-?many|read ?-?only ?-?many|rwop|rwo|rwx|rox)"


def read_claim(scan: Scan) -> dict[str, Any]:
    """The slots of a PersistentVolumeClaim."""
    fields: dict[str, Any] = {}
    modes = [
        _MODES[found["mode"].lower().replace(" ", "").replace("-", "")]
        for found in scan.take_all(
            rf"(?:(?:with|and|in|using|the|an?|of) )*(?:access ?-?modes?<is>)?{_MODE}(?: access)?(?: ?mode)?"
        )
    ]
    if modes:
        fields["access_modes"] = modes
    found = scan.take(
        r"(?:(?:with|and|using|from|of|in|on|the|use) )*storage ?-?class(?: ?name)?<is>(?:named |called )?<name:class>",
        r"(?:(?:with|and|using|from|of|in|on|use) )+<the><name:class> (?:storage ?class|class)",
    )
    if found is not None:
        fields["storage_class"] = found["class"]
    volume_mode = scan.take(r"(?:with |and )*volume ?mode<is>(?P<mode>block|filesystem)")
    if volume_mode is not None:
        fields["volume_mode"] = volume_mode["mode"].capitalize()
    bound = scan.take(
        r"(?:(?:bound|bind|binding|to|from|using) )+<the>(?:persistent ?volume|pv|volume) (?:named |called )?<name:volume>"
    )
    if bound is not None:
        fields["volume_name"] = bound["volume"]
    size = scan.take(
        r"(?:(?:of|with|for|requesting|requests?|asking|a|the|size|storage|capacity|disk|space|and|is|should|be|which|that|needs|has|request) ?:? ?)*<qty:size>(?: (?:of )?(?:persistent )?(?:storage|disk(?: space)?|space|capacity|size|volume|in size))*"
    )
    if size is not None:
        fields["size"] = memory(size["size"])
    return {"fields": fields}
